#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/xen_argument_remedy.hpp"
#include "plugin/model/dma_alias.hpp"
#include "plugin/model/xen_arguments.hpp"
#include "plugin/model/xen_release.hpp"

namespace pci_passthrough::checks {
namespace {

/// The first entry that boots unattended and where Xen does not go by this argument; null where it
/// does in all.
const BootEntry* without_argument(const Analysis& host, const std::string& argument) {
  for (const auto i : host.rules().unattended) {
    const BootEntry& entry = host.boot().file.entries[i];
    if (!goes_by_phantom(entry, argument)) return &entry;
  }
  return nullptr;
}

Reasons pci_phantom(const Analysis& host, const Function& function) {
  if (host.hardware().iommu.on == false || is_any_bridge(function)) return {};
  const auto bears = bears_name_of_function_1(function);
  const auto known = knows_phantom(host.snapshot(), function);
  if (bears != true || known == true) return {};
  const auto argument = phantom_argument(function.address);
  const BootEntry* entry = without_argument(host, argument);
  if (!entry) return {};
  const auto set = has_room_for_phantom(*entry)
                       ? xen_argument_remedy(host, function, *entry, argument)
                       : Remedy{fmt::format("Take a pci-phantom= that nobody needs out of Xen's "
                                            "line by hand, since Xen goes by the first eight; then "
                                            "write {} there.",
                                            argument)};
  if (!known)
    return {{.message = fmt::format("Unknown whether this release's Xen knows that the DMA of {} "
                                    "bears the name of function 1.",
                                    what_it_is(function)),
             .evidence = where(host.boot(), *entry),
             .state = FindingState::unknown,
             .remedy = set}};
  return {
      {.message = fmt::format("The DMA of {} bears the name of function 1. Xen does not know it, "
                              "and its IOMMU rejects what the device does in a VM.",
                              what_it_is(function)),
       .evidence = where(host.boot(), *entry),
       .remedy = set}};
}
constexpr auto pci_phantom_row = row<pci_phantom>({
    .code = "pci-phantom",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device's DMA bears another function's name, which Xen must be told.",
    .fires = "The device is one of Linux's quirk_dma_func1_alias, this Xen does not know it by "
             "itself, and an entry that boots by itself lacks pci-phantom= for it. Unknown of a "
             "release whose patches are not known.",
    .rests_on = "Linux quirks.c quirk_dma_func1_alias; which of them XenServer's Xen knows "
                "(plugin/model/README.md, \"The Xen that really runs\"). An upgrade loses the "
                "argument.",
    .remedy = "Add pci-phantom=BB:DD,1 to Xen's own arguments: hide devices=DEVICE "
              "xen-arguments=true; then reboot.",
});

}  // namespace

std::span<const Check> phantom() {
  static constexpr Check rows[] = {pci_phantom_row};
  return rows;
}

}  // namespace pci_passthrough::checks
