#include "plugin/pci/hide_rule.hpp"

#include <algorithm>
#include <set>

namespace pci_passthrough {

std::string_view hide_parameter(PcibackKind kind) {
  return kind == PcibackKind::classic ? "pciback.hide" : "xen-pciback.hide";
}

bool HideRule::names(const PciAddress& address) const {
  return segment == address.segment && bus == address.bus &&
         device.value_or(address.device) == address.device &&
         function.value_or(address.function) == address.function;
}

HideRule HideRule::of(const PciAddress& address) {
  HideRule rule{address.segment, address.bus, address.device, address.function, ""};
  rule.text = rule.written();
  return rule;
}

bool HideRule::same_devices(const HideRule& other) const {
  return segment == other.segment && bus == other.bus && device == other.device &&
         function == other.function;
}

std::string HideRule::written() const {
  if (!is_wildcard()) return '(' + PciAddress{segment, bus, *device, *function}.text() + ')';
  const auto any = PciAddress{segment, bus, device.value_or(0), 0}.text();
  const std::string_view stem = any;
  return device ? '(' + any.substr(0, any.size() - 1) + "*)"
                : '(' + std::string(stem.substr(0, stem.rfind(':'))) + ":*.*)";
}

bool HideRule::is_canonical() const { return !is_wildcard() && text == written(); }

bool HideList::names(const PciAddress& address) const {
  return std::ranges::any_of(rules, [&](const HideRule& rule) { return rule.names(address); });
}

bool HideList::covers(std::span<const HideRule> others) const {
  return std::ranges::all_of(others, [&](const HideRule& other) {
    return std::ranges::any_of(rules, [&](const auto& rule) { return rule.same_devices(other); });
  });
}

bool HideList::is_canonical() const {
  return !error && std::ranges::all_of(rules, &HideRule::is_canonical);
}

std::string write_hide_list(std::span<const PciAddress> addresses) {
  std::string list;
  for (const auto& address : addresses) list += '(' + address.text() + ')';
  return list;
}

std::string write_hide_list(std::span<const HideRule> rules) {
  std::string list;
  for (const auto& rule : rules) list += rule.written();
  return list;
}

std::vector<HideRule> write_out(std::span<const HideRule> rules,
                                std::span<const PciAddress> present) {
  std::vector<HideRule> result;
  std::set<std::string> written;
  const auto add = [&](const HideRule& rule) {
    if (written.insert(rule.written()).second) result.push_back(rule);
  };
  for (const auto& rule : rules) {
    const auto named = [&](const PciAddress& address) { return rule.names(address); };
    if (!rule.is_wildcard() || std::ranges::none_of(present, named)) add(rule);
    if (rule.is_wildcard())
      for (const auto& address : present)
        if (named(address)) add(HideRule::of(address));
  }
  return result;
}

}  // namespace pci_passthrough
