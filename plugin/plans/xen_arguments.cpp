#include "plugin/plans/xen_arguments.hpp"

#include <algorithm>

#include "plugin/model/xen_arguments.hpp"

namespace pci_passthrough {
namespace {

XenNeeds needs_of(const Analysis& host, const std::vector<PciAddress>& devices, bool of_one_vm) {
  XenNeeds needs;
  for (const auto& address : devices) {
    const Function* function = host.find(address);
    if (!function || function->is_bridge()) continue;
    const auto vectors = msix_vectors(*function);
    needs.vectors = of_one_vm ? needs.vectors + vectors : std::max(needs.vectors, vectors);
    const auto phantom = phantom_argument(address);
    if (needs_phantom(host.snapshot(), *function) &&
        std::ranges::count(needs.phantoms, phantom) == 0)
      needs.phantoms.push_back(phantom);
  }
  return needs;
}

}  // namespace

std::string with_xen_arguments(const Analysis& host, std::string text,
                               const std::vector<std::size_t>& entries,
                               const std::vector<PciAddress>& devices, bool of_one_vm) {
  const BootFile& file = host.boot().file;
  if (file.error) return text;
  const auto needs = needs_of(host, devices, of_one_vm);
  std::vector<XenEdit> edits;
  for (const auto i : entries) {
    if (file.entries[i].has_variables) continue;
    const auto missing = missing_in(host.snapshot(), i, needs);
    edits.insert(edits.end(), missing.begin(), missing.end());
  }
  return edits.empty() ? text : edit_xen_arguments(with_text(file, std::move(text)), edits);
}

}  // namespace pci_passthrough
