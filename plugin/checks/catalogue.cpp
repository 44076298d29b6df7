#include "plugin/checks/catalogue.hpp"

#include <algorithm>

#include "plugin/checks/groups.hpp"

namespace pci_passthrough {
namespace {

std::vector<Check> all_rows() {
  using namespace checks;
  std::vector<Check> all;
  for (const auto group :
       {dom0_loses(),  dom0_mounts(),    dom0_storage(),    dom0_console(),   chipset(),
        dom0_in_use(), rule_syntax(),    rules(),           boot_entries(),   next_boot(),
        upgrade(),     boot_file(),      boot_disk(),       rescue(),         trial(),
        trial_terms(), trial_vms(),      trial_auto(),      trial_update(),   boot_menu(),
        strays(),      platform_rules(), platform_file(),   this_host(),      running(),
        identity(),    iommu(),          reserved_memory(), reset(),          isolation(),
        guest_irqs(),  mmio_hole(),      phantom(),         known_hardware(), addressing(),
        vm_takes(),    vm_takes_host(),  vm_devices(),      vm_conflicts(),   vm_place(),
        vm_entries(),  vm_cards(),       vm_settings(),     now_dom0(),       now_storage(),
        now_in_use(),  now_way(),        now_unfinished(),  pool(),           pool_conflicts()})
    all.insert(all.end(), group.begin(), group.end());
  return all;
}

}  // namespace

std::span<const Check> catalogue() {
  static const auto all = all_rows();
  return all;
}

const Check* find_check(std::string_view code) {
  const auto found = std::ranges::find_if(catalogue(), [&](const Check& check) {
    return check.code == code || (!check.old_code.empty() && check.old_code == code);
  });
  return found == catalogue().end() ? nullptr : &*found;
}

}  // namespace pci_passthrough
