#include "plugin/checks/vm_takes.hpp"

#include <fmt/format.h>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"

namespace pci_passthrough::checks {

Reasons of_each_device(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                       const AskOfDevice& ask) {
  if (!assignment.may_start_here()) return {};
  const bool rarely = assignment.place == Place::preferred_elsewhere;
  const auto end = fmt::format("Starting {}{} takes it from dom0 at once.", the_vm(assignment),
                               rarely ? " here, though it prefers another host," : "");
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    for (Reason& reason : ask(*function, end)) {
      if (reason.state == FindingState::unknown)
        reason.message = fmt::format("{} {}", reason.message, end);
      reason.device = address;
      if (rarely) reason.severity = otherwise;
      if (!reason.remedy) reason.remedy = take_from_vm(assignment, address, reason.or_else);
      reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}

Reasons of_each_of_dom0(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                        const AskOfDevice& ask) {
  return of_each_device(host, assignment, otherwise,
                        [&](const Function& function, std::string_view end) {
                          return function.driver == "pciback" ? Reasons{} : ask(function, end);
                        });
}
namespace {

Reasons boot_controller_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(
      host, assignment, Severity::error, [&](const Function& function, std::string_view end) {
        auto reasons = system_volumes_on(host, function, false, end);
        return reasons.empty() ? system_volumes_on(host, function, true, end) : reasons;
      });
}
constexpr auto boot_controller_assigned_row = row<boot_controller_assigned>({
    .code = "boot-controller-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "The start of a VM takes the disk that dom0 runs from.",
    .fires =
        "A VM that may start on this host names a device that carries dom0's volumes, found "
        "as by boot-controller-hidden and usb-boot-controller, with or without a hide rule. An "
        "error where the VM prefers another host. Unknown as there.",
    .rests_on = start_takes,
    .remedy = "Take the device from the VM: unassign vm=UUID devices=ADDRESS.",
});

Reasons mgmt_nic_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, std::string_view end) {
                          return management_on(host, function, end);
                        });
}
constexpr auto mgmt_nic_assigned_row = row<mgmt_nic_assigned>({
    .code = "mgmt-nic-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "The start of a VM takes the NIC of the management interface.",
    .fires = "A VM that may start on this host names a device that carries the management "
             "interface, found as by mgmt-nic-hidden. An error where the VM prefers another host. "
             "Unknown as there.",
    .rests_on = start_takes,
    .remedy = "Take the device from the VM: unassign vm=UUID devices=ADDRESS.",
});

Reasons storage_nic_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, std::string_view end) {
                          return other_networks_on(host, function, end);
                        });
}
constexpr auto storage_nic_assigned_row = row<storage_nic_assigned>({
    .code = "storage-nic-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "The start of a VM takes a NIC over which this host reaches storage or its cluster.",
    .fires = "A VM that may start on this host names a device that storage-nic-hidden would speak "
             "of. An error where the VM prefers another host. Unknown as there.",
    .rests_on = start_takes,
    .remedy =
        "Take the device from the VM: unassign vm=UUID devices=ADDRESS; or move that network to "
        "another NIC first: xe pif-reconfigure-ip.",
});

Reasons sr_controller_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, std::string_view end) {
                          return repositories_on(host, function, end);
                        });
}
constexpr auto sr_controller_assigned_row = row<sr_controller_assigned>({
    .code = "sr-controller-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "The start of a VM takes the disks of a storage repository.",
    .fires =
        "A VM that may start on this host names a device that carries the disks of an SR, "
        "found as by sr-controller-hidden. An error where the VM prefers another host. Unknown as "
        "there.",
    .rests_on = start_takes,
    .remedy = "Take the device from the VM: unassign vm=UUID devices=ADDRESS; or detach and forget "
              "the SR "
              "first: xe sr-forget uuid=SR.",
});

Reasons sr_vdi_of_other_vms_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info,
                         [&](const Function& function, std::string_view end) {
                           return disks_of_vms_behind(host, function, end);
                         });
}
constexpr auto sr_vdi_of_other_vms_assigned_row = row<sr_vdi_of_other_vms_assigned>({
    .code = "sr-vdi-of-other-vms-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The start of a VM takes a device on which VMs have their disks.",
    .fires =
        "A VM that may start on this host names a device that dom0 still drives and VMs have "
        "disks behind it, found as by sr-vdi-of-other-vms. Silent where pciback holds the device. "
        "Unknown as there.",
    .rests_on = start_takes,
    .remedy =
        "Take the device from the VM: unassign vm=UUID devices=ADDRESS; or move these disks to "
        "another SR first.",
});

}  // namespace

std::span<const Check> vm_takes() {
  static constexpr Check rows[] = {boot_controller_assigned_row, mgmt_nic_assigned_row,
                                   storage_nic_assigned_row, sr_controller_assigned_row,
                                   sr_vdi_of_other_vms_assigned_row};
  return rows;
}

}  // namespace pci_passthrough::checks
