#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

struct DomZeroHas {
  std::string words;  ///< "ahci drives it, and no rule hides it"; "" where dom0 does not have it
  std::optional<Severity> severity{};
  FindingState state = FindingState::found;
};

DomZeroHas how_dom0_has(const Analysis& host, const Function& function) {
  const auto access = host.dom0_access(function);
  if (!function.driver) return {"it cannot be told which driver has it", {}, FindingState::unknown};
  const bool held = *function.driver == "pciback";
  if (held && access == Dom0Access::enable_on_reboot)
    return {"the next reboot gives it back to dom0"};
  if (held || function.driver->empty()) return {""};
  if (access == Dom0Access::disable_on_reboot)
    return {*function.driver +
                " drives it until the next reboot hides it, and a start before that "
                "takes it away from dom0",
            Severity::error};
  if (access == Dom0Access::unknown)
    return {*function.driver + " drives it, and it cannot be told whether a rule hides it",
            {},
            FindingState::unknown};
  if (access == Dom0Access::disabled)
    return {*function.driver + " drives it in dom0, in spite of the rule that hides it"};
  return {*function.driver + " drives it in dom0, and no rule hides it"};
}

Reasons vms_unknown(const Analysis& host) {
  if (vms_are_known(host.snapshot())) return {};
  return {{"what VMs want cannot be told: " + why_vms_are_unknown(host.snapshot()),
           "/var/lib/xcp/xapi", FindingState::unknown}};
}
constexpr auto vms_unknown_row = row<vms_unknown>({
    .code = "vms-unknown",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::vms,
    .means = "what VMs want cannot be told; of a change to the rules a warning",
    .fires = "",
    .rests_on = "",
    .remedy = "See whether xapi runs (xe host-list), and try again.",
});

Reasons vm_device_missing(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  const bool listed = !host.snapshot().unreadable.contains("/sys/bus/pci/devices");
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    if (host.find(address)) continue;
    const auto wants = the_vm(assignment) + " wants " + address.text();
    reasons.push_back({listed ? wants + ", which is not on this host"
                              : wants + "; it cannot be told whether it is on this host",
                       "/sys/bus/pci/devices", listed ? FindingState::found : FindingState::unknown,
                       address});
  }
  return reasons;
}
constexpr auto vm_device_missing_row = row<vm_device_missing>({
    .code = "vm-device-missing",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "a VM wants a device that is not there: it does not start",
    .fires = "",
    .rests_on = "",
    .remedy = "Look where the card is now (list), and assign that one with replace=true.",
});

Reasons assigned_not_hidden(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    auto has = how_dom0_has(host, *function);
    if (has.words.empty()) continue;
    const bool may_be_storage = !function->class_code || function->class_code->is_storage();
    if (!has.severity && may_be_storage) has.severity = Severity::block;
    reasons.push_back({the_vm(assignment) + " wants " + what_it_is(*function) + ": " + has.words,
                       sysfs(*function, "driver"),
                       has.state,
                       address,
                       {},
                       has.severity});
  }
  return reasons;
}
constexpr auto assigned_not_hidden_row = row<assigned_not_hidden>({
    .code = "assigned-not-hidden",
    .severity = Severity::error,
    .refusal = Refusal::acceptable,
    .means = "a VM wants a device that dom0 has; of a storage controller a block",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide the device and reboot before the VM starts.",
});

Reasons hidden_not_assigned(const Analysis& host) {
  if (!vms_are_known(host.snapshot())) return {};
  const auto& assignments = host.vms().assignments;
  Reasons reasons;
  for (const auto& address : host.rules().reached) {
    const Function* function = host.find(address);
    const bool is_wanted = std::ranges::any_of(
        assignments, [&](const auto& assignment) { return assignment.wants_here(address); });
    if (!function || function->is_bridge() || is_wanted) continue;
    reasons.push_back({"no VM wants " + what_it_is(*function) + ", which is hidden",
                       "/var/lib/xcp/xapi: VM.other_config", FindingState::found, address});
  }
  return reasons;
}
constexpr auto hidden_not_assigned_row = row<hidden_not_assigned>({
    .code = "hidden-not-assigned",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "no VM wants a hidden device",
    .fires = "",
    .rests_on = "",
    .remedy = "Assign it to a VM, or unhide it.",
});

Reasons snapshot_carries_device(const Analysis& host) {
  constexpr std::size_t few = 5;
  std::vector<std::string> names;
  std::string evidence;
  for (const auto& assignment : host.vms().assignments) {
    if (assignment.starts() || assignment.entry.plugged().empty()) continue;
    if (names.empty()) evidence = evidence_in(*assignment.vm, "other_config:pci");
    names.push_back("'" + assignment.vm->name + "'");
  }
  if (names.empty()) return {};
  const auto more = names.size() - std::min(names.size(), few);
  names.resize(names.size() - more);
  return {{"these snapshots and templates carry devices, and so does every VM made from them: " +
               joined(names) + (more ? " and " + std::to_string(more) + " more" : ""),
           evidence}};
}
constexpr auto snapshot_carries_device_row = row<snapshot_carries_device>({
    .code = "snapshot-carries-device",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "a VM made from a snapshot or template wants its devices too",
    .fires = "",
    .rests_on = "",
    .remedy = "Take the devices from a VM that was made so (unassign).",
});

}  // namespace

std::span<const Check> vm_devices() {
  static constexpr Check rows[] = {vms_unknown_row, vm_device_missing_row, assigned_not_hidden_row,
                                   hidden_not_assigned_row, snapshot_carries_device_row};
  return rows;
}

}  // namespace pci_passthrough::checks
