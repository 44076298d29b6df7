#include "plugin/checks/dom0.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char no_boot[] = "Once it is hidden, the host no longer boots.";

Reasons boot_controller_hidden(const Analysis& host, const Function& function) {
  return leaving_to_dom0(system_volumes_on(host, function, false, no_boot), host, function,
                         "Or move dom0 to a disk on another controller first.");
}
constexpr auto boot_controller_hidden_row = row<boot_controller_hidden>({
    .code = "boot-controller-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A device about to be hidden carries the disk that dom0 runs from.",
    .fires =
        "dom0's /, /boot, /boot/efi, /var/log or a swap hangs on the device: each is "
        "followed through RAID, LVM, multipath and partitions to its disks, and from there to "
        "every PCI function on the way, bridges included. An NFS root counts by the NIC that "
        "leads to its server. Unknown where a volume cannot be followed to the end and the device "
        "is of a class that may carry disks.",
    .rests_on =
        "pciback takes a hidden device before any other driver can (Linux pci_stub.c), so dom0 "
        "finds no root file system. Volumes: /proc/self/mountinfo, /proc/swaps, /sys/class/block. "
        "xapi's own guard compares only the root port above a disk (xapi find_boot_device), and "
        "guards neither xen-cmdline nor the start of a VM.",
    .remedy = "Leave the device to dom0, or move dom0 to a disk on another controller first.",
});

Reasons usb_boot_controller(const Analysis& host, const Function& function) {
  return leaving_to_dom0(system_volumes_on(host, function, true, no_boot), host, function);
}
constexpr auto usb_boot_controller_row = row<usb_boot_controller>({
    .code = "usb-boot-controller",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A USB controller about to be hidden carries the disk that dom0 runs from.",
    .fires =
        "A disk of dom0 hangs on the device by USB, found as by boot-controller-hidden. "
        "Unknown where a volume of dom0 cannot be followed and the device is a USB controller.",
    .rests_on =
        "A disk's path in sysfs names the USB controller that it hangs on "
        "(/sys/class/block/sda). A hidden controller has no driver in dom0 (Linux pci_stub.c).",
    .remedy = "Leave the controller to dom0, and choose another USB controller.",
});

Reasons mgmt_nic_hidden(const Analysis& host, const Function& function) {
  return leaving_to_dom0(
      management_on(host, function, "Once it is hidden, the host is off the network."), host,
      function,
      "Or move the management interface to another NIC first: xe "
      "host-management-reconfigure pif-uuid=PIF.");
}
constexpr auto mgmt_nic_hidden_row = row<mgmt_nic_hidden>({
    .code = "mgmt-nic-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A device about to be hidden carries the host's management interface.",
    .fires =
        "The management interface stands on the device, through bridges, bonds and VLANs, "
        "by the host's own files or by xapi's PIFs. Unknown where neither leads to a NIC and the "
        "device is a network or USB device, a bridge, or of a class that cannot be read.",
    .rests_on = "MANAGEMENT_INTERFACE of /etc/xensource-inventory; PIF.management "
                "(plugin/model/README.md, \"What stands on a NIC\").",
    .remedy = "Leave the device to dom0, or move the management interface to another NIC first: xe "
              "host-management-reconfigure pif-uuid=PIF.",
});

}  // namespace

std::span<const Check> dom0_loses() {
  static constexpr Check rows[] = {boot_controller_hidden_row, usb_boot_controller_row,
                                   mgmt_nic_hidden_row};
  return rows;
}

}  // namespace pci_passthrough::checks
