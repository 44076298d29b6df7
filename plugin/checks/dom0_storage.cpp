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
      "Or move the VMs' disks to another SR, and detach and forget this one first: xe sr-forget "
      "uuid=SR.");
}
constexpr auto sr_controller_hidden_row = row<sr_controller_hidden>({
    .code = "sr-controller-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "A device about to be hidden carries the disks of a storage repository.",
    .fires =
        "An SR that this host has a PBD of, plugged or not, or one that is mounted or active, has "
        "disks behind the device. Unknown where a disk of such an SR cannot be found (its type is "
        "not known, what its PBD names leads to no disk, a layer below it ends outside PCI) or "
        "xapi tells of no PBDs and SRs, and the device is a disk adapter, a USB controller with a "
        "disk behind it, of a class that cannot be read, or a bridge above such a one.",
    .rests_on =
        "What an SR stands on is told by the keys of PBD.device_config that its type has, its "
        "volume group and its mount (plugin/model/README.md, \"What a storage repository stands "
        "on\"). xapi plugs every PBD of the host again when it starts: only a forgotten SR is free "
        "(xapi create_storage.ml).",
    .remedy =
        "Leave the device to dom0, or move the VMs' disks to another SR, and detach and forget "
        "this one first: xe sr-forget uuid=SR.",
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
      function, "Or move that network to another NIC first: xe pif-reconfigure-ip.");
}
constexpr auto storage_nic_hidden_row = row<storage_nic_hidden>({
    .code = "storage-nic-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means =
        "A device about to be hidden carries a NIC over which this host reaches storage or its "
        "cluster.",
    .fires =
        "The SR of a PBD of this host, plugged or not, lies on a server (NFS, SMB, iSCSI, ISO and "
        "the like) that the kernel's routes reach over the device, or an attached PIF above it has "
        "an address of its own or must not be unplugged; the management interface has a check of "
        "its own. Unknown where a server of an SR, or the way to it, cannot be found, its type is "
        "not known, a PIF leads to no NIC, or xapi tells of no PIFs, PBDs or SRs, and the device "
        "is a NIC with a plugged PIF, of a class that cannot be read, or a bridge above such a "
        "one.",
    .rests_on =
        "The keys of PBD.device_config that an SR's type has, the option addr= of its mount, and "
        "/proc/net/route "
        "(plugin/model/README.md, \"What a storage repository stands on\"); PIFs followed down to "
        "their NICs (plugin/model/README.md, \"What stands on a NIC\").",
    .remedy = "Leave the device to dom0, or move that network to another NIC first: xe "
              "pif-reconfigure-ip; an SR that is no longer used, detach and forget: xe sr-forget "
              "uuid=SR.",
});

}  // namespace

std::span<const Check> dom0_storage() {
  static constexpr Check rows[] = {sr_controller_hidden_row, sr_vdi_of_other_vms_row,
                                   storage_nic_hidden_row};
  return rows;
}

}  // namespace pci_passthrough::checks
