#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/unreadable.hpp"

namespace pci_passthrough::checks {
namespace {

std::string driver_path(const Function& function) {
  return "/sys/bus/pci/devices/" + function.address.text() + "/driver";
}

/// "whether a change waits for the next reboot"
Reasons unknown_without_command_line(std::string_view what) {
  return {{.message = fmt::format("Unknown {}: cannot read /proc/cmdline.", what),
           .evidence = paths::kernel_command_line,
           .state = FindingState::unknown,
           .remedy = Remedy{"Mount proc at /proc, and try again."}}};
}

Reasons pending_reboot(const Analysis& host) {
  if (!host.boot().running)
    return unknown_without_command_line("whether a change waits for the next reboot");
  Reasons reasons;
  const auto to_take = host.to_take();
  for (const auto& function : host.snapshot().functions) {
    const auto access = host.dom0_access(function);
    const bool waits = access == Dom0Access::disable_on_reboot;
    if (!waits && access != Dom0Access::enable_on_reboot) continue;
    if (std::ranges::count(to_take, function.address) != 0) continue;
    const bool is_over = waits && function.driver == "pciback";
    const auto* says = !waits    ? "{} is hidden; dom0 has it again after the next reboot."
                       : is_over ? "{} is hidden now and at boot; the running kernel was not told."
                                 : "{} is still used by dom0; hidden after the next reboot.";
    reasons.push_back({fmt::format(fmt::runtime(says), function.address.text()), host.boot().path,
                       FindingState::found, function.address});
    if (is_over) reasons.back().remedy = Remedy{};
  }
  return reasons;
}
constexpr auto pending_reboot_row = row<pending_reboot>({
    .code = "pending-reboot",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "A change of the hide rules waits for the next reboot.",
    .fires = "For each device that the running kernel was told to hide and the next boot does not, "
             "or the other way round, said of one that pciback holds already, too. Unknown when "
             "/proc/cmdline cannot be read.",
    .rests_on =
        "pciback reads its list once, when the kernel boots (pci_stub.c pcistub_init). What "
        "runs is read from /proc/cmdline, what comes from the entry that boots next "
        "(plugin/model/README.md, \"What dom0 access means\").",
    .remedy = "Reboot the host when it suits you.",
});

/// No device bears what the rule names.
Reason without_device(const Analysis& host, const HideRule& rule) {
  const bool whole = rule.device && rule.function;
  const auto address =
      whole ? std::optional(PciAddress{rule.segment, rule.bus, *rule.device, *rule.function})
            : std::nullopt;
  if (const auto why = why_functions_are_unknown(host.snapshot().unreadable); !why.empty())
    return {
        .message = fmt::format("Unknown whether the rule {} names a device: {}.", rule.text, why),
        .evidence = paths::pci_devices,
        .state = FindingState::unknown,
        .device = address,
        .remedy = Remedy{"Mount sysfs at /sys, and try again."}};
  Reason reason{
      .message = fmt::format("The rule {} names no device of this host. Whatever comes to "
                             "this address is hidden.",
                             rule.text),
      .evidence = host.boot().path,
      .device = address};
  if (whole)
    reason.remedy = {fmt::format("Take the rule away, if the device is gone for good: "
                                 "pci-passthrough unhide devices={}.",
                                 address->text()),
                     "unhide",
                     {{"devices", address->text()}}};
  else
    reason.remedy = {fmt::format("Take {} out of {} by hand, if the devices are gone for good.",
                                 rule.text, host.boot().path)};
  return reason;
}

Reasons rule_device_missing(const Analysis& host) {
  const auto moved = host.moves();  // of these identity-moved speaks
  Reasons reasons;
  std::vector<std::string> said;
  for (const auto i : host.rules().unattended) {
    for (const auto& rule : host.rules().entries[i].in_effect.rules) {
      const bool present =
          std::ranges::any_of(host.snapshot().functions,
                              [&](const auto& function) { return rule.names(function.address); });
      if (present || std::ranges::count(said, rule.text) != 0) continue;
      said.push_back(rule.text);
      auto reason = without_device(host, rule);
      const bool found = reason.state == FindingState::found;
      if (!found || !reason.device || !moved.contains(*reason.device))
        reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}
constexpr auto rule_device_missing_row = row<rule_device_missing>({
    .code = "rule-device-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A hide rule names a device that is not there.",
    .fires = "For each rule that takes effect in an entry which boots by itself, and that no "
             "function of this host fits; not for a device that is known to have moved. Unknown "
             "when /sys/bus/pci/devices cannot be listed.",
    .rests_on = "pciback skips a rule whose device is absent, and says nothing "
                "(plugin/pci/README.md, \"A hide list as the kernel reads it\").",
    .remedy = "Take the rule away if the device is gone for good.",
});

Reasons hidden_but_not_bound(const Analysis& host) {
  if (!host.boot().running)
    return unknown_without_command_line("what the running kernel was told to hide");
  const auto& hidden = host.rules().running.hidden;
  Reasons reasons;
  for (const auto& function : host.snapshot().functions) {
    if (!std::ranges::binary_search(hidden, function.address) || function.driver == "pciback")
      continue;
    const auto address = function.address.text(), path = driver_path(function);
    if (!function.driver)
      reasons.push_back(
          {fmt::format("Unknown whether pciback holds {}, which the running kernel was "
                       "told to hide: cannot read {}.",
                       address, path),
           path, FindingState::unknown, function.address});
    else
      reasons.push_back({fmt::format("The running kernel was told to hide {}, but {} it.", address,
                                     function.driver->empty()
                                         ? "neither pciback nor any other driver holds"
                                         : fmt::format("the driver {} holds", *function.driver)),
                         path, FindingState::found, function.address});
  }
  return reasons;
}
constexpr auto hidden_but_not_bound_row = row<hidden_but_not_bound>({
    .code = "hidden-but-not-bound",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The running kernel was told to hide a device, and pciback does not hold it.",
    .fires = "For each device that the hide list in /proc/cmdline names and whose driver is not "
             "pciback. Unknown when /proc/cmdline or the device's driver cannot be read.",
    .rests_on = "pciback takes what it is told to hide when it loads, unless another driver was "
                "there first, from the initrd for instance, or somebody has bound one since "
                "(pci_stub.c pcistub_init; the link driver in sysfs).",
    .remedy = "Look for the reason: dmesg | grep -i pciback. A driver that is built in, or in the "
              "initrd, may have been first. The start of a VM that has the device takes it from "
              "that driver.",
});

Reasons bound_without_rule(const Analysis& host) {
  if (!host.boot().running)
    return unknown_without_command_line("whether a rule hides what pciback holds");
  const auto& hidden = host.rules().running.hidden;
  Reasons reasons;
  for (const auto& function : host.snapshot().functions)
    if (function.driver == "pciback" && !std::ranges::binary_search(hidden, function.address) &&
        host.dom0_access(function) == Dom0Access::enabled)
      reasons.push_back({fmt::format("pciback holds {}, and no rule hides it. dom0 has it again "
                                     "after the next reboot.",
                                     function.address.text()),
                         driver_path(function), FindingState::found, function.address});
  return reasons;
}
constexpr auto bound_without_rule_row = row<bound_without_rule>({
    .code = "bound-without-rule",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "pciback holds a device that no rule hides; most often a VM has it, or had it.",
    .fires = "For each device whose driver is pciback and that neither the running kernel nor the "
             "next boot hides. Unknown when /proc/cmdline cannot be read.",
    .rests_on =
        "xenopsd binds a VM's device to pciback, and leaves it there when the VM shuts down "
        "(plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "",
});

}  // namespace

std::span<const Check> running() {
  static constexpr Check rows[] = {pending_reboot_row, rule_device_missing_row,
                                   hidden_but_not_bound_row, bound_without_rule_row};
  return rows;
}

}  // namespace pci_passthrough::checks
