#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

// Damage to dom0 (checks.md 3.1)
Reasons carries_system_volume(const Snapshot& snapshot, const Function& function);
Reasons carries_system_volume_by_usb(const Snapshot& snapshot, const Function& function);
Reasons carries_management(const Snapshot& snapshot, const Function& function);
Reasons carries_repository(const Snapshot& snapshot, const Function& function);
Reasons carries_other_network(const Snapshot& snapshot, const Function& function);
Reasons is_host_console(const Snapshot& snapshot, const Function& function);
Reasons carries_keyboard(const Snapshot& snapshot, const Function& function);
Reasons is_of_critical_class(const Snapshot& snapshot, const Function& function);
Reasons has_driver_devices(const Snapshot& snapshot, const Function& function);
Reasons carries_disks_of_vms(const Snapshot& snapshot, const Function& function);
Reasons has_siblings_in_dom0(const Snapshot& snapshot, const Function& function);
Reasons takes_what_dom0_uses(const Snapshot& snapshot, const Function& function);
Reasons takes_what_dom0_sees(const Snapshot& snapshot, const Function& function);
Reasons rule_names_bridge(const Snapshot& snapshot);

// Rules in the boot configuration (checks.md 3.2)
Reasons rule_is_no_rule(const Snapshot& snapshot);
Reasons rule_is_not_canonical(const Snapshot& snapshot);
Reasons rule_stands_twice(const Snapshot& snapshot);
Reasons only_legacy_name(const Snapshot& snapshot);
Reasons both_names(const Snapshot& snapshot);
Reasons name_stands_twice(const Snapshot& snapshot);
Reasons default_lacks_rules(const Snapshot& snapshot);
Reasons way_back_lacks_rules(const Snapshot& snapshot);
Reasons command_line_too_long(const Snapshot& snapshot);
Reasons argument_stands_twice(const Snapshot& snapshot);
Reasons upgrade_loses_list(const Snapshot& snapshot);

// The boot configuration itself
Reasons two_boot_files(const Snapshot& snapshot);
Reasons boot_file_not_understood(const Snapshot& snapshot);
Reasons default_by_title(const Snapshot& snapshot);
Reasons entry_names_missing_file(const Snapshot& snapshot);
Reasons boot_file_read_only(const Snapshot& snapshot);

// Rules against what runs (checks.md 3.3)
Reasons waits_for_reboot(const Snapshot& snapshot);
Reasons rule_without_device(const Snapshot& snapshot);
Reasons hidden_but_not_held(const Snapshot& snapshot);
Reasons held_without_rule(const Snapshot& snapshot);

// Rules and VMs' entries against what they were made for
Reasons is_another_device(const Snapshot& snapshot);
Reasons is_another_device_for_vm(const Snapshot& snapshot);
Reasons has_moved(const Snapshot& snapshot);
Reasons may_be_one_of_several(const Snapshot& snapshot);

// The IOMMU and the firmware (checks.md 3.5)
Reasons iommu_is_off(const Snapshot& snapshot);
Reasons interrupts_not_remapped(const Snapshot& snapshot);
Reasons has_reserved_memory(const Snapshot& snapshot);
Reasons shares_reserved_memory(const Snapshot& snapshot);

// Hardware (checks.md 3.5)
Reasons cannot_be_reset(const Snapshot& snapshot, const Function& function);
Reasons bus_reset_hits_others(const Snapshot& snapshot, const Function& function);
Reasons is_behind_conventional_bridge(const Snapshot& snapshot, const Function& function);
Reasons is_not_isolated(const Snapshot& snapshot, const Function& function);
Reasons shares_interrupt(const Snapshot& snapshot, const Function& function);
Reasons has_too_many_vectors(const Snapshot& snapshot, const Function& function);
Reasons exceeds_mmio_hole(const Snapshot& snapshot, const Function& function);
Reasons lies_on_high_segment(const Snapshot& snapshot, const Function& function);
Reasons has_virtual_functions(const Snapshot& snapshot, const Function& function);
Reasons is_virtual_function(const Snapshot& snapshot, const Function& function);

// A VM takes what dom0 needs (checks.md 3.1)
Reasons takes_system_volume(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_management(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_other_network(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_repository(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_disks_of_vms(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_console(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_keyboard(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_driver_devices(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_chipset(const Snapshot& snapshot, const VmWish& wish);
Reasons takes_disks_in_use(const Snapshot& snapshot, const VmWish& wish);

// VMs against hardware, rules and each other (checks.md 3.3)
Reasons vms_cannot_be_told(const Snapshot& snapshot);
Reasons wants_missing_device(const Snapshot& snapshot, const VmWish& wish);
Reasons wants_what_dom0_has(const Snapshot& snapshot, const VmWish& wish);
Reasons hidden_for_nobody(const Snapshot& snapshot);
Reasons wanted_by_two(const Snapshot& snapshot);
Reasons wanted_by_two_at_boot(const Snapshot& snapshot);
Reasons group_is_split(const Snapshot& snapshot);
Reasons copies_want_devices(const Snapshot& snapshot);
Reasons is_not_pinned(const Snapshot& snapshot, const VmWish& wish);
Reasons is_protected_by_ha(const Snapshot& snapshot, const VmWish& wish);
Reasons cannot_be_evacuated(const Snapshot& snapshot);

// A VM's entry (checks.md 3.4)
Reasons entry_is_dropped(const Snapshot& snapshot, const VmWish& wish);
Reasons entry_has_garbage(const Snapshot& snapshot, const VmWish& wish);
Reasons entry_is_out_of_range(const Snapshot& snapshot, const VmWish& wish);
Reasons entry_names_device_twice(const Snapshot& snapshot, const VmWish& wish);
Reasons entry_order_is_reversed(const Snapshot& snapshot, const VmWish& wish);
Reasons splits_card(const Snapshot& snapshot, const VmWish& wish);
Reasons leaves_gpu_audio(const Snapshot& snapshot, const VmWish& wish);
Reasons has_dynamic_memory(const Snapshot& snapshot, const VmWish& wish);
Reasons suspend_is_not_blocked(const Snapshot& snapshot, const VmWish& wish);
Reasons devices_exceed_mmio_hole(const Snapshot& snapshot, const VmWish& wish);
Reasons devices_have_too_many_vectors(const Snapshot& snapshot, const VmWish& wish);
Reasons is_not_hvm(const Snapshot& snapshot, const VmWish& wish);

// The hosts of a pool beside each other (checks.md 3.3)
Reasons versions_differ(const Pool& pool);
Reasons takes_what_dom0_uses_elsewhere(const Pool& pool);
Reasons takes_another_device_elsewhere(const Pool& pool);
Reasons wanted_by_two_in_pool(const Pool& pool);

}  // namespace pci_passthrough::checks
