#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/sr_vms.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char no_boot[] = "hidden, the host does not come up again";

Reasons boot_controller_hidden(const Analysis& host, const Function& function) {
  return system_volumes_on(host, function, false, no_boot);
}
constexpr auto boot_controller_hidden_row = row<boot_controller_hidden>({
    .code = "boot-controller-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "dom0 runs from a disk behind it",
    .fires = "",
    .rests_on = "",
    .remedy = "Choose another device, or move dom0 to a disk on another controller first.",
});

Reasons usb_boot_controller(const Analysis& host, const Function& function) {
  return system_volumes_on(host, function, true, no_boot);
}
constexpr auto usb_boot_controller_row = row<usb_boot_controller>({
    .code = "usb-boot-controller",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "dom0 runs from a USB disk behind it",
    .fires = "",
    .rests_on = "",
    .remedy = "Choose another USB controller.",
});

Reasons mgmt_nic_hidden(const Analysis& host, const Function& function) {
  return management_on(host, function, "hidden, the host is off the network");
}
constexpr auto mgmt_nic_hidden_row = row<mgmt_nic_hidden>({
    .code = "mgmt-nic-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "the management interface runs over it",
    .fires = "",
    .rests_on = "",
    .remedy =
        "Move the management interface to another NIC first (xe host-management-reconfigure).",
});

Reasons sr_controller_hidden(const Analysis& host, const Function& function) {
  return repositories_on(host, function, "hidden, the VMs on it do not start");
}
constexpr auto sr_controller_hidden_row = row<sr_controller_hidden>({
    .code = "sr-controller-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "a storage repository keeps its disks on it",
    .fires = "",
    .rests_on = "",
    .remedy = "Move the VMs' disks to another SR and unplug its PBD first (xe pbd-unplug).",
});

}  // namespace

Reasons sr_vdi_of_other_vms(const Analysis& host, const Function& function) {
  constexpr std::size_t few = 5;
  constexpr char evidence[] = "/var/lib/xcp/xapi: VDI.VBDs";
  auto vms = vms_with_disks_behind(host, function);
  if (!vms.known)
    return {{"it cannot be told which VMs have disks behind " + what_it_is(function), evidence,
             FindingState::unknown}};
  if (vms.names.empty()) return {};
  const auto more = vms.names.size() - std::min(vms.names.size(), few);
  vms.names.resize(vms.names.size() - more);
  for (auto& name : vms.names) name = in_quotes(name);
  return {{"disks of " + joined(vms.names) +
               (more ? " and " + std::to_string(more) + " more" : "") + " lie behind " +
               what_it_is(function),
           evidence}};
}
namespace {

constexpr auto sr_vdi_of_other_vms_row = row<sr_vdi_of_other_vms>({
    .code = "sr-vdi-of-other-vms",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "VMs lose the disks that lie behind it",
    .fires = "",
    .rests_on = "",
    .remedy = "Move these disks to another SR first (xe vdi-copy, or the VM with xe vm-copy).",
});

Reasons storage_nic_hidden(const Analysis& host, const Function& function) {
  return other_networks_on(host, function, "hidden, they are gone at the next boot");
}
constexpr auto storage_nic_hidden_row = row<storage_nic_hidden>({
    .code = "storage-nic-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "this host reaches storage or its cluster over it",
    .fires = "",
    .rests_on = "",
    .remedy = "Move its network to another NIC first (xe pif-reconfigure-ip, xe pbd-unplug).",
});

}  // namespace

std::span<const Check> dom0_loses() {
  static constexpr Check rows[] = {boot_controller_hidden_row, usb_boot_controller_row,
                                   mgmt_nic_hidden_row,        sr_controller_hidden_row,
                                   sr_vdi_of_other_vms_row,    storage_nic_hidden_row};
  return rows;
}

}  // namespace pci_passthrough::checks
