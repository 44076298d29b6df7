#include "plugin/checks/catalogue.hpp"

#include <algorithm>
#include <array>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/hardware_rows.hpp"
#include "plugin/checks/pool_rows.hpp"
#include "plugin/checks/vm_rows.hpp"

namespace pci_passthrough {
namespace {

using namespace checks;

constexpr Check rows[] = {
    {"boot-controller-hidden", Severity::block, Refusal::acceptable_at_shell,
     "dom0 runs from a disk behind it",
     "Choose another device, or move dom0 to a disk on another controller first.",
     carries_system_volume},
    {"usb-boot-controller", Severity::block, Refusal::acceptable_at_shell,
     "dom0 runs from a USB disk behind it", "Choose another USB controller.",
     carries_system_volume_by_usb},
    {"mgmt-nic-hidden", Severity::block, Refusal::acceptable_at_shell,
     "the management interface runs over it",
     "Move the management interface to another NIC first (xe host-management-reconfigure).",
     carries_management},
    {"sr-controller-hidden", Severity::block, Refusal::acceptable,
     "a storage repository keeps its disks on it",
     "Move the VMs' disks to another SR and unplug its PBD first (xe pbd-unplug).",
     carries_repository},
    {"sr-vdi-of-other-vms", Severity::warn, Refusal::none, "VMs lose the disks that lie behind it",
     "Move these disks to another SR first (xe vdi-copy, or the VM with xe vm-copy).",
     carries_disks_of_vms},
    {"storage-nic-hidden", Severity::block, Refusal::acceptable,
     "this host reaches storage or its cluster over it",
     "Move its network to another NIC first (xe pif-reconfigure-ip, xe pbd-unplug).",
     carries_other_network},
    {"console-vga-device", Severity::block, Refusal::acceptable, "it shows the host's console",
     "Use another display for the VM, or accept that the host's screen goes dark.",
     is_host_console},
    {"usb-input-controller", Severity::warn, Refusal::none, "a keyboard or mouse hangs on it",
     "Make sure that you reach the host in another way before it boots.", carries_keyboard},
    {"dom0-driver-busy", Severity::warn, Refusal::none,
     "dom0 loses what its driver has made of it: an IPMI interface, a watchdog, a Fibre Channel "
     "port",
     "Make sure that nothing on the host needs it.", has_driver_devices},
    {"critical-class", Severity::block, Refusal::acceptable_at_shell,
     "a part of the chipset that no VM can use", "Leave it to dom0.", is_of_critical_class},
    {"rule-hits-bridge", Severity::block, Refusal::acceptable_at_shell,
     "hiding a bridge hides everything behind it", "Name the functions behind it instead.",
     rule_names_bridge},
    {"function-split", Severity::warn, Refusal::none,
     "the other functions of the card stay with dom0",
     "Hide all functions of a card together: they share its reset.", has_siblings_in_dom0},

    {"in-use-by-dom0", Severity::warn, Refusal::none,
     "dom0 has file systems, arrays or volumes on it",
     "Unmount and stop them before the reboot that hides it.", takes_what_dom0_uses},
    {"seen-by-dom0", Severity::info, Refusal::none,
     "disks and interfaces that dom0 sees go with it", "Nothing needs to be done.",
     takes_what_dom0_sees},

    {"hide-syntax-error", Severity::error, Refusal::final,
     "the kernel rejects the whole list: nothing is hidden, pciback does not load",
     "Correct the rule in the boot configuration by hand, or restore a backup.", rule_is_no_rule,
     Concern::both},
    {"hide-not-canonical", Severity::warn, Refusal::none,
     "the kernel reads the list, but xapi and Xen Orchestra fail on it",
     "repair writes each rule as (0000:06:00.0).", rule_is_not_canonical},
    {"hide-duplicate", Severity::info, Refusal::none, "a rule stands twice",
     "Nothing needs to be done; repair drops it.", rule_stands_twice},
    {"hide-legacy-name", Severity::error, Refusal::none,
     "the list stands under a name that this kernel ignores",
     "repair writes it under the right name; see what it then hides with repair dry-run=true.",
     only_legacy_name},
    {"hide-both-names", Severity::warn, Refusal::none, "lists stand under both names",
     "repair merges them.", both_names},
    {"hide-multiple-params", Severity::error, Refusal::none,
     "the list stands more than once; the kernel takes the last, xapi the first",
     "repair merges them.", name_stands_twice},
    {"hide-missing-in-default", Severity::error, Refusal::none,
     "the entry that boots lacks rules that the everyday entry has",
     "Hide the devices again: all entries that boot are then edited.", default_lacks_rules},
    {"hide-missing-in-fallback", Severity::info, Refusal::none,
     "safe and fallback entries leave the devices to dom0",
     "This is the way back. To have the rules there too: hide with entries=all.",
     way_back_lacks_rules},
    {"command-line-too-long", Severity::error, Refusal::final,
     "Xen cuts dom0's command line, and then nothing is hidden",
     "Unhide devices, or take other arguments away.", command_line_too_long},
    {"kernel-args-duplicated", Severity::warn, Refusal::none,
     "kernel arguments stand twice, as xen-cmdline leaves them when it is given two keys",
     "repair takes the first of each away.", argument_stands_twice},
    {"upgrade-drops-rule", Severity::warn, Refusal::none,
     "the next upgrade of the host loses it: installers keep one xen-pciback.hide, the default "
     "entry's",
     "Keep what rules says and Xen's own arguments, and set both again after the upgrade.",
     upgrade_loses_list},

    {"boot-config-ambiguous", Severity::error, Refusal::final,
     "the firmware boots one file, xapi's own tools edit another",
     "Take the stale file away, or give it another name.", two_boot_files},
    {"boot-config-unparseable", Severity::block, Refusal::final,
     "the boot configuration cannot be understood", "Correct it by hand, or restore a backup.",
     boot_file_not_understood},
    {"boot-default-by-title", Severity::warn, Refusal::none,
     "the default entry is given by its title, which xapi's own tools cannot read",
     "Give it by its number: set default=0.", default_by_title},
    {"boot-file-missing", Severity::block, Refusal::final,
     "an entry that boots names a file that is not there",
     "Correct the entry by hand, or restore a backup that fits.", entry_names_missing_file},
    {"boot-config-not-durable", Severity::warn, Refusal::none,
     "the boot configuration cannot be written", "Mount the file system read-write.",
     boot_file_read_only},
    {"pending-reboot", Severity::info, Refusal::none, "a change waits for the next reboot",
     "Reboot the host when it suits you.", waits_for_reboot},

    {"rule-device-missing", Severity::warn, Refusal::none,
     "a rule names a device that is not there",
     "If the card moved, repair follows it; if it is gone, unhide this address.",
     rule_without_device},
    {"hidden-but-not-bound", Severity::error, Refusal::none,
     "the kernel was told to hide it, and pciback does not hold it",
     "See dmesg for pciback; a driver in the initrd may have been faster.", hidden_but_not_held,
     Concern::both},
    {"bound-without-rule", Severity::info, Refusal::none, "pciback holds it without a rule",
     "A VM left it there; after the next reboot it is dom0's again.", held_without_rule},

    {"identity-changed", Severity::block, Refusal::acceptable,
     "the address that a rule names is another device now",
     "repair follows a device that moved; hide the address again if the new device is meant.",
     is_another_device, Concern::both},
    {"identity-moved", Severity::warn, Refusal::none,
     "the device that a rule or a VM's entry was made for has another address now",
     "See what repair dry-run=true would do, then repair.", has_moved, Concern::both},
    {"identity-ambiguous", Severity::warn, Refusal::none,
     "the device that a rule or a VM's entry was made for cannot be told from others like it",
     "Look which one is meant (list), hide and assign that one, and unhide this address.",
     may_be_one_of_several, Concern::both},
};

template <std::size_t A, std::size_t B>
constexpr std::array<Check, A + B> both(const std::array<Check, A>& first,
                                        const std::array<Check, B>& second) {
  std::array<Check, A + B> all{};
  std::ranges::copy(second, std::ranges::copy(first, all.begin()).out);
  return all;
}
constexpr auto table = both(both(std::to_array(rows), std::to_array(hardware_rows)),
                            both(std::to_array(vm_rows), std::to_array(pool_rows)));

}  // namespace

std::span<const Check> catalogue() { return table; }

const Check* find_check(std::string_view code) {
  const auto found = std::ranges::find(table, code, &Check::code);
  return found == table.end() ? nullptr : &*found;
}

}  // namespace pci_passthrough
