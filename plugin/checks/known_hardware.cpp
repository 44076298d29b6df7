#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/iommu_words.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/reset.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::uint16_t intel = 0x8086, amd = 0x1002;

bool is_display(const Function& function) {
  return function.class_code && function.class_code->is_display() && !function.physical_function;
}

bool is_intel_on_root_bus(const Function& function) {
  return is_display(function) && function.path.empty() && function.vendor_id == intel;
}

Reasons igpu_not_translated(const Analysis& host, const Function& function) {
  if (host.hardware().iommu.on == false || !is_intel_on_root_bus(function)) return {};
  for (const auto i : host.rules().unattended) {
    const BootEntry& entry = host.boot().file.entries[i];
    if (iommu_words(entry.xen_arguments).no_igfx)
      return {{fmt::format("The entry '{}' gives Xen iommu=no-igfx, which leaves the DMA of {} "
                           "untranslated. A VM that has it reaches all memory, or nothing works.",
                           entry.title, what_it_is(function)),
               where(host.boot(), entry)}};
  }
  return {};
}
constexpr auto igpu_not_translated_row = row<igpu_not_translated>({
    .code = "igpu-not-translated",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The IOMMU does not translate the integrated GPU's DMA.",
    .fires = "Intel's integrated GPU is hidden or assigned, and an entry that boots by itself has "
             "iommu=no-igfx or igfx=off.",
    .rests_on = "xen/drivers/passthrough/vtd/iommu.c: with iommu_igfx off the unit that has only "
                "the GPU is not enabled (plugin/model/README.md, \"The Xen that really runs\").",
    .remedy = "Take no-igfx off Xen's own arguments, or leave the GPU to dom0.",
});

/// An APU's display has functions of the processor's beside it.
bool is_of_an_apu(const Analysis& host, const Function& function) {
  constexpr std::uint16_t amd_processors = 0x1022;
  return is_display(function) && function.vendor_id == amd && function.has_rom == false &&
         std::ranges::any_of(host.snapshot().functions, [&](const Function& other) {
           return other.address.same_slot(function.address) && other.vendor_id == amd_processors;
         });
}

Reasons integrated_gpu(const Analysis& host, const Function& function) {
  const bool is_intels = is_intel_on_root_bus(function) && function.has_rom != true;
  if (!is_intels && !is_of_an_apu(host, function)) return {};
  return {
      {fmt::format("{} is an integrated GPU, without a ROM of its own. It is not supported, and "
                   "the VM may refuse to start.",
                   what_it_is(function)),
       sysfs(function, "resource")}};
}
constexpr auto integrated_gpu_row = row<integrated_gpu>({
    .code = "integrated-gpu",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device is an integrated GPU, which is not supported.",
    .fires =
        "An Intel display on the root bus, or an AMD display with functions of the processor in "
        "its slot, has no option ROM in sysfs resource, and is hidden or assigned.",
    .rests_on = "XCP-ng's manual (July 2026): integrated GPUs have no ROM of their own, and the VM "
                "refuses to start. The copy at c0000 is the firmware's (Linux pci_fixup_video).",
    .remedy = "Take a card with a ROM of its own.",
});

Reasons msix_page_shared(const Analysis&, const Function& function) {
  constexpr std::uint32_t page = 4096;
  if (is_any_bridge(function) || !function.config || !function.config->msix_table) return {};
  const auto [bar, offset] = *function.config->msix_table;
  if (offset % page == 0) return {};
  return {
      {fmt::format("{} has registers in the page of its MSI-X table (BAR {} at {:#x}). Xen lets "
                   "no VM write to that page, so the guest's driver may fail.",
                   what_it_is(function), bar, offset),
       sysfs(function, "config")}};
}
constexpr auto msix_page_shared_row = row<msix_page_shared>({
    .code = "msix-page-shared",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device has registers in the page of its MSI-X table.",
    .fires = "The MSI-X table does not begin at a page's beginning. Silent where the capability "
             "cannot be read.",
    .rests_on = "Xen maps the pages of the table read-only (xen/arch/x86/msi.c "
                "msix_capability_init), and takes writes to the table alone "
                "(xen/arch/x86/hvm/vmsi.c); google-coral/edgetpu#343.",
    .remedy = "Test it in the VM before you rely on it; else use it in dom0, or take another "
              "device.",
});

Reasons flr_hangs(const Analysis&, const Function& function) {
  const auto& config = function.config;
  const bool advertises = config && ((config->pcie && config->pcie->flr) || config->af_flr == true);
  const bool is_used =
      !function.reset_methods || std::ranges::count(*function.reset_methods, "flr") != 0;
  if (!hangs_on_flr(function) || !advertises || !is_used) return {};
  return {{fmt::format("{} advertises a function level reset that hangs it. It may be dead after "
                       "the first start of a VM, until the host is powered off.",
                       what_it_is(function)),
           sysfs(function, "config")}};
}
constexpr auto flr_hangs_row = row<flr_hangs>({
    .code = "flr-hangs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device advertises a function level reset that hangs it.",
    .fires = "It is one of Linux's quirk_no_flr, and the kernel's list of resets does not leave "
             "its FLR out, or there is none (before 5.15).",
    .rests_on = "Linux quirks.c quirk_no_flr (plugin/model/README.md, \"How a function is "
                "reset\").",
    .remedy = "Take another controller, or try it while nothing else depends on the host.",
});

Reasons hot_plug_port(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  for (const auto& address : function.path) {
    const Function* port = host.find(address);
    if (!port || !port->config || !port->config->pcie || !port->config->pcie->hot_plug) continue;
    return {{.message = fmt::format("{} hangs on the hot-plug port {}. Unplugged, it is missing to "
                                    "its rule and its VM until it is plugged in again.",
                                    what_it_is(function), address.text()),
             .evidence = sysfs(address, "config"),
             .remedy = Remedy{}}};
  }
  return {};
}
constexpr auto hot_plug_port_row = row<hot_plug_port>({
    .code = "hot-plug-port",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device hangs on a port where cards come and go.",
    .fires =
        "A port above the device has a slot whose card may be pulled out unannounced, as "
        "Thunderbolt and U.2 have. Most servers' slots, which can be hot-plugged, do not count.",
    .rests_on =
        "Slot capabilities of PCI Express, bits 5 and 6 (Base Specification 7.5.3.9). A device "
        "that comes back may have another address (plugin/model/README.md, \"When an "
        "address moves\").",
    .remedy = "",
});

}  // namespace

std::span<const Check> known_hardware() {
  static constexpr Check rows[] = {igpu_not_translated_row, integrated_gpu_row,
                                   msix_page_shared_row, flr_hangs_row, hot_plug_port_row};
  return rows;
}

}  // namespace pci_passthrough::checks
