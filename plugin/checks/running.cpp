#include <algorithm>
#include <set>

#include "plugin/checks/checks.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char command_line[] = "/proc/cmdline";

std::string driver_path(const Function& function) {
  return "/sys/bus/pci/devices/" + function.address.text() + "/driver";
}

Reasons cannot_be_told(const std::string& what) {
  return {{"it cannot be told " + what + ": /proc/cmdline could not be read", command_line,
           FindingState::unknown}};
}

/// Of these identity-moved speaks.
std::set<PciAddress> moved_from(const Snapshot& snapshot) {
  std::set<PciAddress> moved;
  const auto located = locate(snapshot);
  for (std::size_t i = 0; i < located.size(); ++i)
    if (located[i].whereabouts == Whereabouts::moved) moved.insert(snapshot.identities[i].address);
  return moved;
}

}  // namespace

Reasons waits_for_reboot(const Snapshot& snapshot) {
  if (!snapshot.boot.running) return cannot_be_told("whether a change waits for the next reboot");
  Reasons reasons;
  for (const auto& function : snapshot.functions) {
    const auto access = dom0_access(snapshot.boot, function);
    if (access == Dom0Access::disable_on_reboot)
      reasons.push_back({function.address.text() + " is dom0's until the next reboot hides it",
                         snapshot.boot.path, FindingState::found, function.address});
    else if (access == Dom0Access::enable_on_reboot)
      reasons.push_back(
          {function.address.text() + " is hidden until the next reboot gives it to dom0",
           snapshot.boot.path, FindingState::found, function.address});
  }
  return reasons;
}

Reasons rule_without_device(const Snapshot& snapshot) {
  const auto moved = moved_from(snapshot);
  const Boot& boot = snapshot.boot;
  const bool listed = !snapshot.unreadable.contains("/sys/bus/pci/devices");
  Reasons reasons;
  std::vector<std::string> said;
  for (const auto i : unattended_entries(boot)) {
    for (const auto& rule : list_of(boot, boot.file.entries[i]).rules) {
      const bool present = std::ranges::any_of(
          snapshot.functions, [&](const auto& function) { return rule.names(function.address); });
      if (present || std::ranges::count(said, rule.text) != 0) continue;
      said.push_back(rule.text);
      const bool whole = rule.device && rule.function;
      if (whole && listed && moved.contains({rule.segment, rule.bus, *rule.device, *rule.function}))
        continue;
      reasons.push_back(
          {listed ? "the rule " + rule.text + " names no device of this host"
                  : "it cannot be told whether the rule " + rule.text + " names a device",
           listed ? boot.path : "/sys/bus/pci/devices",
           listed ? FindingState::found : FindingState::unknown,
           whole ? std::optional(PciAddress{rule.segment, rule.bus, *rule.device, *rule.function})
                 : std::nullopt});
    }
  }
  return reasons;
}

Reasons hidden_but_not_held(const Snapshot& snapshot) {
  if (!snapshot.boot.running) return cannot_be_told("what the running kernel was told to hide");
  const auto list = running_list(snapshot.boot);
  Reasons reasons;
  for (const auto& function : snapshot.functions) {
    if (!hides(list, function) || function.driver == "pciback") continue;
    const auto told = "the running kernel was told to hide " + function.address.text();
    if (!function.driver)
      reasons.push_back({told + ", and it cannot be told which driver has it",
                         driver_path(function), FindingState::unknown, function.address});
    else
      reasons.push_back({told + ", but " +
                             (function.driver->empty() ? "no driver" : *function.driver) +
                             " has it",
                         driver_path(function), FindingState::found, function.address});
  }
  return reasons;
}

Reasons held_without_rule(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  if (!boot.running) return cannot_be_told("whether a rule hides what pciback holds");
  const auto list = running_list(boot);
  Reasons reasons;
  for (const auto& function : snapshot.functions)
    if (function.driver == "pciback" && !hides(list, function) &&
        dom0_access(boot, function) == Dom0Access::enabled)
      reasons.push_back({"pciback holds " + function.address.text() + " though no rule names it",
                         driver_path(function), FindingState::found, function.address});
  return reasons;
}

}  // namespace pci_passthrough::checks
