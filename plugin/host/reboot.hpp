#pragma once

#include <chrono>
#include <functional>
#include <string>

#include "plugin/host/host.hpp"
#include "plugin/host/lock.hpp"

namespace pci_passthrough {

using Pause = std::function<void(std::chrono::milliseconds)>;

/// How long each part of a reboot may take.
struct RebootTimes {
  std::chrono::milliseconds sync{30'000}, command{60'000};
  /// An orderly reboot shuts VMs down and unmounts; what still runs then never ends by itself.
  std::chrono::milliseconds orderly{600'000};
  std::chrono::milliseconds after_key{5'000};  ///< for the kernel to write what it holds
};

/// Writes what is cached, and asks init for a reboot: `shutdown -r now`. "" where it is under way,
/// else why it is not.
std::string begin_reboot(const Host& host, const Lock& lock, const RebootTimes& times);

/// Sync, read-only, reboot, by the kernel's own keys (Linux sysrq.c, admin-guide/sysrq.rst): asks
/// nobody in user space. Does not return where it worked; else says why not.
std::string reboot_by_kernel(const Host& host, const RebootTimes& times, const Pause& pause);

}  // namespace pci_passthrough
