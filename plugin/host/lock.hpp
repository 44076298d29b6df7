#pragma once

#include <chrono>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// Where the lock and the backups are: root's own, 0700; made where it is missing.
inline constexpr char state_directory[] = "/var/lib/pci-passthrough";

/// Held while anything is changed. flock on the state directory; a child that must not outlive the
/// change keeps it too (program.hpp), so that a call after our death waits for it.
/// Throws Failure busy after the deadline; internal_error where the directory is a link, is not
/// ours or may be written by others.
class Lock {
 public:
  explicit Lock(const Host& host, std::chrono::milliseconds deadline = std::chrono::seconds(20));
  ~Lock();
  Lock(const Lock&) = delete;
  int descriptor() const { return fd_; }
  bool waited() const { return waited_; }  ///< for another change to end

 private:
  int fd_ = -1;
  bool waited_ = false;
};

}  // namespace pci_passthrough
