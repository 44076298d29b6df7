#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0_has.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/unreadable.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons vms_unknown(const Analysis& host) {
  if (vms_are_known(host.snapshot())) return {};
  return {{fmt::format("Unknown what VMs want: cannot read the VMs from xapi ({}).",
                       why_vms_are_unknown(host.snapshot())),
           "/var/lib/xcp/xapi", FindingState::unknown}};
}
constexpr auto vms_unknown_row = row<vms_unknown>({
    .code = "vms-unknown",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::vms,
    .means = "It is unknown which VMs want which devices.",
    .fires = "xapi does not answer, or not with its VMs, or these name more devices than are read. "
             "Of a change to the rules, which needs no xapi, a warning. Always unknown, never "
             "found.",
    .rests_on = "Only xapi knows other_config:pci (plugin/model/README.md, \"xapi's records\").",
    .remedy = "See whether xapi runs (xe host-list), and try again.",
});

Remedy find_again(const Analysis& host, const VmAssignment& assignment, const PciAddress& address) {
  const auto moves = host.moves();
  const auto moved = moves.find(address);
  if (moved != moves.end())
    return {
        fmt::format("It is at {} now: repair follows it; see its plan with repair "
                    "dry-run=true first.",
                    moved->second.text())};
  return take_from_vm(assignment, address);
}

Reasons vm_device_missing(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  constexpr auto& devices = paths::pci_devices;
  const auto why = why_functions_are_unknown(host.snapshot().unreadable);
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    if (host.find(address)) continue;
    if (why.empty())
      reasons.push_back(
          {.message = fmt::format("The VM '{}' wants {}, which is not on this host. The VM does "
                                  "not start here.",
                                  assignment.vm->name, address.text()),
           .evidence = devices,
           .device = address,
           .remedy = find_again(host, assignment, address)});
    else
      reasons.push_back(
          {.message = fmt::format("Unknown whether {}, which the VM '{}' wants, is on this host: "
                                  "{}.",
                                  address.text(), assignment.vm->name, why),
           .evidence = devices,
           .state = FindingState::unknown,
           .device = address,
           .remedy = Remedy{"Mount /sys, and try again."}});
  }
  return reasons;
}
constexpr auto vm_device_missing_row = row<vm_device_missing>({
    .code = "vm-device-missing",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "A VM wants a device that is not there, and does not start.",
    .fires = "The entry of a VM that runs or may start here names an address that this host does "
             "not have. Unknown where the devices cannot be listed.",
    .rests_on = "xenopsd plugs each device of the entry, and the start fails where one is absent "
                "(device.ml; plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "Look where the card is now (list), and assign that address with replace=true.",
});

Remedy out_of_dom0(const Analysis& host, const VmAssignment& assignment, const Function& function,
                   const DomZeroHas& has) {
  if (has.way == DomZeroHas::nothing) return {};
  if (has.way == DomZeroHas::reboot) return {"Reboot the host before the VM starts."};
  if (has.way == DomZeroHas::look)
    return {"See dmesg for pciback and rules for what is hidden before the VM starts."};
  return hide_or_unassign(host, assignment, function);
}

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
    reasons.push_back({.message = fmt::format("The VM '{}' wants {}. {}", assignment.vm->name,
                                              what_it_is(*function), has.words),
                       .evidence = sysfs(*function, "driver"),
                       .state = has.state,
                       .device = address,
                       .severity = has.severity,
                       .remedy = out_of_dom0(host, assignment, *function, has)});
  }
  return reasons;
}
constexpr auto assigned_not_hidden_row = row<assigned_not_hidden>({
    .code = "assigned-not-hidden",
    .severity = Severity::error,
    .refusal = Refusal::acceptable,
    .means = "A VM wants a device that dom0 has.",
    .fires = "A VM that runs or may start here wants a device that a driver of dom0's holds, or "
             "gets back at the next reboot. A block of a storage controller, unless the next "
             "reboot hides it; a warning of a virtual function, which needs no rule. Unknown "
             "where its driver or the rules cannot be read.",
    .rests_on = "xenopsd takes a device from whatever driver has it, and does not ask whether dom0 "
                "uses it (plugin/model/README.md, \"What a VM's start does\"). dom0's multipath "
                "and LVM hang on disks that go so.",
    .remedy = "Hide the device and reboot the host before the VM starts.",
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
    reasons.push_back(
        {.message = fmt::format("No VM wants {}, which is hidden.", what_it_is(*function)),
         .evidence = "/var/lib/xcp/xapi: VM.other_config",
         .device = address});
  }
  return reasons;
}
constexpr auto hidden_not_assigned_row = row<hidden_not_assigned>({
    .code = "hidden-not-assigned",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "No VM wants a device that is hidden.",
    .fires = "An entry that boots by itself hides a device, and no VM that may start here wants "
             "it. Silent where xapi does not tell the VMs.",
    .rests_on = "Who wants a device stands in other_config:pci; snapshots and templates do not "
                "start, and do not count (plugin/model/README.md, \"xapi's records\").",
    .remedy = "Assign it to a VM, or unhide it.",
});

Reasons snapshot_carries_device(const Analysis& host) {
  constexpr std::size_t few = 5;
  std::vector<std::string> names;
  std::string evidence;
  for (const auto& assignment : host.vms().assignments) {
    if (assignment.starts() || assignment.entry.plugged().empty()) continue;
    if (names.empty()) evidence = evidence_in(*assignment.vm, "other_config:pci");
    names.push_back(fmt::format("'{}'", assignment.vm->name));
  }
  if (names.empty()) return {};
  const auto more = names.size() - std::min(names.size(), few);
  names.resize(names.size() - more);
  return {{.message = fmt::format("Snapshots and templates carry devices: {}{}. A VM made from one "
                                  "wants them, too.",
                                  joined(names), more ? fmt::format(" and {} more", more) : ""),
           .evidence = evidence,
           .remedy = Remedy{}}};
}
constexpr auto snapshot_carries_device_row = row<snapshot_carries_device>({
    .code = "snapshot-carries-device",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "A VM made from a snapshot or template wants its devices, too.",
    .fires = "A snapshot or template has devices in other_config:pci.",
    .rests_on = "Clone, copy, snapshot and export carry the key along (xapi xapi_vm_clone.ml; "
                "plugin/model/README.md, \"Which VM may start where\").",
    .remedy = "Take the devices from a VM that was made so (unassign).",
});

}  // namespace

std::span<const Check> vm_devices() {
  static constexpr Check rows[] = {vms_unknown_row, vm_device_missing_row, assigned_not_hidden_row,
                                   hidden_not_assigned_row, snapshot_carries_device_row};
  return rows;
}

}  // namespace pci_passthrough::checks
