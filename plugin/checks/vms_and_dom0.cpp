#include <algorithm>
#include <array>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

/// Every function of this host that the VM takes when it starts here; `otherwise` is how grave it
/// is of a VM that prefers another host, and starts here when that has no room.
template <typename Ask>
Reasons of_each_device(const Snapshot& snapshot, const VmWish& wish, Severity otherwise, Ask ask) {
  if (!wish.may_start_here()) return {};
  const bool rarely = wish.place == Place::preferred_elsewhere;
  const auto end = "starting the VM '" + wish.vm->name + "' " +
                   (rarely ? "here, though it prefers another host, " : "") +
                   "takes it from dom0 at once";
  Reasons reasons;
  for (const auto& address : wish.entry.plugged()) {
    const Function* function = snapshot.find(address);
    if (!function) continue;
    for (Reason& reason : ask(*function, end)) {
      if (reason.state == FindingState::unknown) reason.message += "; " + end;
      reason.device = address;
      if (rarely) reason.severity = otherwise;
      reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}

/// The same of the devices that dom0 has, by the words of a check for rules.
Reasons of_each_of_dom0(const Snapshot& snapshot, const VmWish& wish, Severity otherwise,
                        FunctionCheck ask) {
  return of_each_device(snapshot, wish, otherwise,
                        [&](const Function& function, const std::string& end) {
                          if (function.driver == "pciback") return Reasons{};
                          auto reasons = ask(snapshot, function);
                          for (auto& reason : reasons)
                            if (reason.state == FindingState::found) reason.message += ": " + end;
                          return reasons;
                        });
}

constexpr std::array<std::string_view, 6> kinds_in_use = {"mount", "swap",      "raid",
                                                          "lvm",   "multipath", "mapping"};

}  // namespace

Reasons takes_system_volume(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_device(
      snapshot, wish, Severity::error, [&](const Function& function, const std::string& end) {
        auto reasons = system_volumes_on(snapshot, function, false, end);
        return reasons.empty() ? system_volumes_on(snapshot, function, true, end) : reasons;
      });
}

Reasons takes_management(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_device(snapshot, wish, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return management_on(snapshot, function, end);
                        });
}

Reasons takes_other_network(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_device(snapshot, wish, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return other_networks_on(snapshot, function, end);
                        });
}

Reasons takes_repository(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_device(snapshot, wish, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return repositories_on(snapshot, function, end);
                        });
}

Reasons takes_console(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_of_dom0(snapshot, wish, Severity::error, is_host_console);
}

Reasons takes_keyboard(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_of_dom0(snapshot, wish, Severity::info, carries_keyboard);
}

Reasons takes_driver_devices(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_of_dom0(snapshot, wish, Severity::info, has_driver_devices);
}

Reasons takes_disks_of_vms(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_of_dom0(snapshot, wish, Severity::info, carries_disks_of_vms);
}

Reasons takes_chipset(const Snapshot& snapshot, const VmWish& wish) {
  return of_each_device(
      snapshot, wish, Severity::error, [&](const Function& function, const std::string&) {
        auto reasons =
            function.is_bridge()
                ? Reasons{{what_it_is(function) + " is a bridge", sysfs(function, "class")}}
                : is_of_critical_class(snapshot, function);
        for (auto& reason : reasons)
          if (reason.state == FindingState::found)
            reason.message += ", and the VM '" + wish.vm->name + "' wants it";
        return reasons;
      });
}

Reasons takes_disks_in_use(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_start_here()) return {};
  const auto usage = usage_of(snapshot);
  return of_each_device(snapshot, wish, Severity::warn,
                        [&](const Function& function, const std::string& end) -> Reasons {
                          std::vector<std::string> uses;
                          std::string evidence;
                          const auto found = usage.find(function.address);
                          if (found == usage.end()) return {};
                          for (const auto& use : found->second) {
                            if (use.critical || std::ranges::count(kinds_in_use, use.kind) == 0)
                              continue;
                            if (uses.empty()) evidence = use.evidence;
                            uses.push_back(use.kind + " " + use.name);
                          }
                          if (uses.empty()) return {};
                          return {{"dom0 uses the disks behind " + what_it_is(function) + " (" +
                                       joined(uses) + "): " + end,
                                   evidence}};
                        });
}

}  // namespace pci_passthrough::checks
