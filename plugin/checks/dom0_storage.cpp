#include "plugin/checks/dom0.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons sr_controller_hidden(const Analysis& host, const Function& function) {
  return leaving_to_dom0(
      repositories_on(host, function,
                      "Once it is hidden, VMs with disks in that SR no longer start."),
      host, function,
      "Or move the VMs' disks to another SR and unplug its PBD first: xe pbd-unplug "
      "uuid=PBD.");
}
constexpr auto sr_controller_hidden_row = row<sr_controller_hidden>({
    .code = "sr-controller-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "A device about to be hidden carries the disks of a storage repository.",
    .fires =
        "An SR of this host has a mount, an active volume or a plugged PBD whose disks hang "
        "on the device. Unknown where xapi does not tell its PBDs, or a PBD names what leads to no "
        "disk, and the device may be a disk controller.",
    .rests_on =
        "SRs are known by their mounts and volume groups, and by PBD.device_config:device and "
        ":SCSIid (plugin/model/README.md, \"What a storage repository stands on\").",
    .remedy =
        "Leave the device to dom0, or move the VMs' disks to another SR and unplug its PBD first: "
        "xe pbd-unplug uuid=PBD.",
});

Reasons sr_vdi_of_other_vms(const Analysis& host, const Function& function) {
  return disks_of_vms_behind(host, function, "Once it is hidden, these disks are gone.");
}
constexpr auto sr_vdi_of_other_vms_row = row<sr_vdi_of_other_vms>({
    .code = "sr-vdi-of-other-vms",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "VMs have disks behind a device about to be hidden.",
    .fires =
        "An SR has its disks behind the device and VMs have disks in that SR: those that may "
        "start on this host, neither snapshots nor templates. Unknown where such an SR is there "
        "and xapi does not tell its SRs, VDIs or VMs.",
    .rests_on = "xapi's VDI.SR and VDI.VBDs say which VM has a disk where; the SR is found as by "
                "sr-controller-hidden "
                "(plugin/model/README.md, \"What a storage repository stands on\").",
    .remedy = "Move these disks to another SR first: xe vdi-copy, or the whole VM with xe vm-copy.",
});

Reasons storage_nic_hidden(const Analysis& host, const Function& function) {
  return leaving_to_dom0(
      other_networks_on(host, function, "Once it is hidden, that connection is gone."), host,
      function,
      "Or move that network to another NIC first: xe pif-reconfigure-ip; of an SR that is no "
      "longer "
      "used, xe pbd-unplug.");
}
constexpr auto storage_nic_hidden_row = row<storage_nic_hidden>({
    .code = "storage-nic-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means =
        "A device about to be hidden carries a NIC over which this host reaches storage or its "
        "cluster.",
    .fires =
        "A plugged PBD of this host names a server (NFS, SMB, iSCSI, ISO) that the kernel's "
        "routes reach over the device, or an attached PIF above it has an address of its own or "
        "must not be unplugged; the management interface has a check of its own. Unknown where a "
        "server is named by no IPv4 address or has no route, a PIF leads to no NIC, or xapi does "
        "not tell its PIFs, PBDs or SRs, and the device may be a NIC.",
    .rests_on =
        "PBD.device_config:server, :target and :location, and /proc/net/route "
        "(plugin/model/README.md, \"What a storage repository stands on\"); PIFs followed down to "
        "their NICs (plugin/model/README.md, \"What stands on a NIC\").",
    .remedy = "Leave the device to dom0, or move that network to another NIC first: xe "
              "pif-reconfigure-ip; of an SR that is no longer used, xe pbd-unplug.",
});

}  // namespace

std::span<const Check> dom0_storage() {
  static constexpr Check rows[] = {sr_controller_hidden_row, sr_vdi_of_other_vms_row,
                                   storage_nic_hidden_row};
  return rows;
}

}  // namespace pci_passthrough::checks
