#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char lost_at_once[] = "To take it from a running dom0 brings the host down.";
constexpr char cut_off[] = "Taken from a running dom0, that connection is cut at once.";

Reasons now_system_disk(const Analysis& host, const Function& function) {
  Reasons reasons;
  for (auto more : {system_volumes_on(host, function, false, lost_at_once),
                    system_volumes_on(host, function, true, lost_at_once),
                    awaited_mounts_on(host, function, lost_at_once)})
    std::ranges::move(more, std::back_inserter(reasons));
  return reasons;
}
constexpr auto now_system_disk_row = row<now_system_disk>({
    .code = "now-system-disk",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once carries dom0's own disks.",
    .fires = "dom0's root, a directory of its own, its swap or what its boot waits for lies on "
             "disks behind the device; unknown where these cannot be followed. Asked by hide "
             "now=true alone, as all checks of this name.",
    .rests_on = "As boot-controller-hidden, usb-boot-controller and boot-mount-hidden: "
                "/proc/self/mountinfo, fstab and /sys/class/block.",
    .remedy = "Leave the device to dom0.",
});

Reasons now_chipset(const Analysis&, const Function& function) {
  if (!is_any_bridge(function))
    return chipset_part(function, "No VM can use it, and dom0 may need it at any moment.");
  return {{fmt::format("{} is a bridge. What is behind it would lose its way at once.",
                       what_it_is(function)),
           sysfs(function, "class")}};
}
constexpr auto now_chipset_row = row<now_chipset>({
    .code = "now-chipset",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once is a bridge or a part of the chipset.",
    .fires = "Its header or class code says so, as for rule-hits-bridge and critical-class. "
             "Unknown where the class cannot be read.",
    .rests_on = "/sys/bus/pci/devices/ADDRESS/class and config; pciback refuses a CardBus bridge, "
                "and takes a host bridge (pci_stub.c pcistub_match, pcistub_probe).",
    .remedy = "Leave the device to dom0.",
});

Reasons now_boot_display(const Analysis&, const Function& function) {
  return console_on(function,
                    "Taken from a running dom0, its console stops, and the driver may "
                    "never return.");
}
constexpr auto now_boot_display_row = row<now_boot_display>({
    .code = "now-boot-display",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A display about to be taken from dom0 at once shows the host's console.",
    .fires = "As console-vga-device: boot_vga, or a maker whose chips BMCs show on their remote "
             "screen. Unknown where a VGA device has no readable boot_vga.",
    .rests_on = "/sys/bus/pci/devices/ADDRESS/boot_vga and vendor. The kernel's console draws on "
                "that display while its driver is unbound (Linux drivers/video/fbdev/core).",
    .remedy = "Leave the display to dom0.",
});

Reasons now_network_needed(const Analysis& host, const Function& function) {
  auto reasons = management_on(host, function, cut_off);
  std::ranges::move(other_networks_on(host, function, cut_off), std::back_inserter(reasons));
  return reasons;
}
constexpr auto now_network_needed_row = row<now_network_needed>({
    .code = "now-network-needed",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once carries the management interface, or a "
             "NIC that leads to storage or the cluster.",
    .fires = "As mgmt-nic-hidden and storage-nic-hidden. Unknown where these are.",
    .rests_on = "/etc/xensource-inventory, xapi's PIFs, PBDs and SRs, and /proc/net/route "
                "(plugin/model/README.md, \"What stands on a NIC\").",
    .remedy = "Leave the device to dom0.",
});

Reasons now_dom0_driver(const Analysis& host, const Function& function) {
  return driver_devices_on(host, function, "Taken from a running dom0, its users find it gone.");
}
constexpr auto now_dom0_driver_row = row<now_dom0_driver>({
    .code = "now-dom0-driver",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once serves it as an IPMI interface, TPM, "
             "watchdog, Fibre Channel port or InfiniBand device.",
    .fires = "A device of /sys/class/ipmi, tpm, watchdog, fc_remote_ports or infiniband hangs on "
             "the function. Unknown where one of these cannot be read.",
    .rests_on = "A watchdog whose driver goes is no longer fed, and may reset the host; a remote "
                "port of Fibre Channel holds its driver until its timers end (Linux "
                "drivers/scsi/scsi_transport_fc.c fc_remove_host).",
    .remedy = "Hide it from the next boot on: leave out now=true.",
});

Reasons now_physical_function(const Analysis&, const Function& function) {
  if (function.virtual_functions.empty()) return {};
  return {{fmt::format("{} has virtual functions ({}), which would vanish with its driver, also "
                       "from under a VM.",
                       what_it_is(function), texts(function.virtual_functions)),
           sysfs(function, "virtfn0")}};
}
constexpr auto now_physical_function_row = row<now_physical_function>({
    .code = "now-physical-function",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device about to be taken from dom0 at once has virtual functions.",
    .fires = "A function of the host names it as its physical function. Never unknown.",
    .rests_on = "/sys/bus/pci/devices/ADDRESS/physfn. A driver that goes turns SR-IOV off, or "
                "leaves virtual functions that nobody manages (Linux drivers/pci/iov.c).",
    .remedy = "Hide it from the next boot on: leave out now=true.",
});

}  // namespace

std::span<const Check> now_dom0() {
  static constexpr Check rows[] = {now_system_disk_row,  now_chipset_row,
                                   now_boot_display_row, now_network_needed_row,
                                   now_dom0_driver_row,  now_physical_function_row};
  return rows;
}

}  // namespace pci_passthrough::checks
