#include "plugin/pci/hide_rule.hpp"

#include <algorithm>

namespace pci_passthrough {

std::string_view hide_parameter(PcibackKind kind) {
  return kind == PcibackKind::classic ? "pciback.hide" : "xen-pciback.hide";
}

bool HideRule::names(const PciAddress& address) const {
  return segment == address.segment && bus == address.bus &&
         device.value_or(address.device) == address.device &&
         function.value_or(address.function) == address.function;
}

bool HideRule::is_canonical() const {
  if (!device || !function) return false;
  const PciAddress address{segment, bus, *device, *function};
  return text == write_hide_list({&address, 1});
}

bool HideList::names(const PciAddress& address) const {
  return std::ranges::any_of(rules, [&](const HideRule& rule) { return rule.names(address); });
}

bool HideList::is_canonical() const {
  return !error && std::ranges::all_of(rules, &HideRule::is_canonical);
}

std::string write_hide_list(std::span<const PciAddress> addresses) {
  std::string list;
  for (const auto& address : addresses) list += '(' + address.text() + ')';
  return list;
}

}  // namespace pci_passthrough
