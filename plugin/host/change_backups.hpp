#pragma once

#include <string>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// The backups of one change: written before anything is touched, and gone again with the object,
/// unless the change was kept or a file is not what it was.
class ChangeBackups {
 public:
  ChangeBackups(const Host& host, const Plan& plan, const std::string& function,
                const std::string& caller)
      : host_(host), plan_(plan), model_{.function = function, .caller = caller} {}
  ~ChangeBackups();
  ChangeBackups(const ChangeBackups&) = delete;

  /// One for each file and each VM's entry. Throws Failure internal_error.
  void write();
  /// Keeps what somebody else wrote at the moment at which we replaced the file; a sentence that
  /// says so.
  std::string write_lost(const std::string& path, const std::string& text);
  void keep() { is_kept_ = true; }
  const std::vector<std::string>& ids() const { return ids_; }

 private:
  void add(Backup backup);

  const Host& host_;
  const Plan& plan_;
  Backup model_;
  std::vector<std::string> ids_;
  bool is_kept_ = false;
};

}  // namespace pci_passthrough
