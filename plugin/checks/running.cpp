#include <algorithm>
#include <set>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
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

Reasons pending_reboot(const Analysis& host) {
  if (!host.boot().running) return cannot_be_told("whether a change waits for the next reboot");
  Reasons reasons;
  for (const auto& function : host.snapshot().functions) {
    const auto access = host.dom0_access(function);
    if (access == Dom0Access::disable_on_reboot)
      reasons.push_back({function.address.text() + " is dom0's until the next reboot hides it",
                         host.boot().path, FindingState::found, function.address});
    else if (access == Dom0Access::enable_on_reboot)
      reasons.push_back(
          {function.address.text() + " is hidden until the next reboot gives it to dom0",
           host.boot().path, FindingState::found, function.address});
  }
  return reasons;
}
constexpr auto pending_reboot_row = row<pending_reboot>({
    .code = "pending-reboot",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "a change waits for the next reboot",
    .fires = "",
    .rests_on = "",
    .remedy = "Reboot the host when it suits you.",
});

Reasons rule_device_missing(const Analysis& host) {
  const auto moved = host.moves();  // of these identity-moved speaks
  const Boot& boot = host.boot();
  const bool listed = !host.snapshot().unreadable.contains("/sys/bus/pci/devices");
  Reasons reasons;
  std::vector<std::string> said;
  for (const auto i : host.rules().unattended) {
    for (const auto& rule : host.rules().entries[i].in_effect.rules) {
      const bool present =
          std::ranges::any_of(host.snapshot().functions,
                              [&](const auto& function) { return rule.names(function.address); });
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
constexpr auto rule_device_missing_row = row<rule_device_missing>({
    .code = "rule-device-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a rule names a device that is not there",
    .fires = "",
    .rests_on = "",
    .remedy = "If the card moved, repair follows it; if it is gone, unhide this address.",
});

Reasons hidden_but_not_bound(const Analysis& host) {
  if (!host.boot().running) return cannot_be_told("what the running kernel was told to hide");
  const auto& hidden = host.rules().running.hidden;
  Reasons reasons;
  for (const auto& function : host.snapshot().functions) {
    if (!std::ranges::binary_search(hidden, function.address) || function.driver == "pciback")
      continue;
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
constexpr auto hidden_but_not_bound_row = row<hidden_but_not_bound>({
    .code = "hidden-but-not-bound",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "the kernel was told to hide it, and pciback does not hold it",
    .fires = "",
    .rests_on = "",
    .remedy = "See dmesg for pciback; a driver in the initrd may have been faster.",
});

Reasons bound_without_rule(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.running) return cannot_be_told("whether a rule hides what pciback holds");
  const auto& hidden = host.rules().running.hidden;
  Reasons reasons;
  for (const auto& function : host.snapshot().functions)
    if (function.driver == "pciback" && !std::ranges::binary_search(hidden, function.address) &&
        host.dom0_access(function) == Dom0Access::enabled)
      reasons.push_back({"pciback holds " + function.address.text() + " though no rule names it",
                         driver_path(function), FindingState::found, function.address});
  return reasons;
}
constexpr auto bound_without_rule_row = row<bound_without_rule>({
    .code = "bound-without-rule",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "pciback holds it without a rule",
    .fires = "",
    .rests_on = "",
    .remedy = "A VM left it there; after the next reboot it is dom0's again.",
});

}  // namespace

std::span<const Check> running() {
  static constexpr Check rows[] = {pending_reboot_row, rule_device_missing_row,
                                   hidden_but_not_bound_row, bound_without_rule_row};
  return rows;
}

}  // namespace pci_passthrough::checks
