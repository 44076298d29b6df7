#pragma once

#include <span>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// The rows of each file of that name, in the order in which the catalogue has them.
std::span<const Check> dom0_loses();
std::span<const Check> dom0_mounts();
std::span<const Check> dom0_storage();
std::span<const Check> dom0_console();
std::span<const Check> chipset();
std::span<const Check> dom0_in_use();
std::span<const Check> rule_syntax();
std::span<const Check> rules();
std::span<const Check> boot_entries();
std::span<const Check> next_boot();
std::span<const Check> upgrade();
std::span<const Check> boot_file();
std::span<const Check> boot_disk();
std::span<const Check> rescue();
std::span<const Check> trial();
std::span<const Check> trial_terms();
std::span<const Check> trial_vms();
std::span<const Check> trial_auto();
std::span<const Check> trial_update();
std::span<const Check> boot_menu();
std::span<const Check> strays();
std::span<const Check> platform_rules();
std::span<const Check> platform_file();
std::span<const Check> this_host();
std::span<const Check> running();
std::span<const Check> identity();
std::span<const Check> iommu();
std::span<const Check> reserved_memory();
std::span<const Check> reset();
std::span<const Check> isolation();
std::span<const Check> guest_irqs();
std::span<const Check> mmio_hole();
std::span<const Check> phantom();
std::span<const Check> known_hardware();
std::span<const Check> addressing();
std::span<const Check> vm_takes();
std::span<const Check> vm_takes_host();
std::span<const Check> vm_devices();
std::span<const Check> vm_conflicts();
std::span<const Check> vm_place();
std::span<const Check> vm_entries();
std::span<const Check> vm_cards();
std::span<const Check> vm_settings();
std::span<const Check> now_dom0();
std::span<const Check> now_storage();
std::span<const Check> now_in_use();
std::span<const Check> now_way();
std::span<const Check> now_unfinished();
std::span<const Check> pool();
std::span<const Check> pool_conflicts();

}  // namespace pci_passthrough::checks
