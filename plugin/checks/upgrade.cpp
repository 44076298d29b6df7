#include <algorithm>
#include <tuple>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

auto whom(const HideRule& rule) {
  return std::tuple(rule.segment, rule.bus, rule.device, rule.function);
}

/// What an upgrade carries into every entry of the new host: of the default entry, its first
/// xen-pciback.hide (host-installer product.py:450, since v10.10.4).
HideList carried_over(const Boot& boot) {
  if (!boot.file.default_entry) return {};
  const auto hide = hide_arguments(boot, boot.file.entries[*boot.file.default_entry]);
  if (hide.kind == PcibackKind::classic || hide.read.empty()) return {};
  return parse_hide_list(argument_value(hide.read.front()), hide.kind);
}

std::string lost_rules(const HideList& carried, const HideArguments& hide) {
  std::string lost;
  for (const auto& rule : hide.list().rules)
    if (std::ranges::none_of(carried.rules,
                             [&](const auto& kept) { return whom(kept) == whom(rule); }))
      lost += rule.text;
  return lost;
}

std::string lost_list(const Boot& boot, const BootEntry& entry, const HideArguments& hide) {
  if (hide.read.empty()) return "";
  if (hide.kind == PcibackKind::classic)
    return "an upgrade keeps no " + in_quotes(hide.read.back().value);
  const auto lost = lost_rules(carried_over(boot), hide);
  if (lost.empty()) return "";
  const BootEntry& kept = boot.file.entries[*boot.file.default_entry];
  return "an upgrade loses " + lost + ": it keeps " +
         (&entry == &kept ? "the first list alone, " + in_quotes(hide.read.front().value)
                          : "the list of the default entry alone, " + in_quotes(kept.title));
}

std::string lost_irqs(const BootEntry& entry) {
  std::vector<std::string> lost;
  for (const auto& argument : entry.xen_arguments)
    if (argument.starts_with("extra_guest_irqs=")) lost.push_back(argument);
  return lost.empty() ? "" : "an upgrade keeps no " + in_quotes(joined(lost, " ")) + " of Xen's";
}

}  // namespace

Reasons upgrade_loses_list(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  if (boot.file.trouble || !boot.file.default_entry) return {};
  auto reasons = of_entries(boot, edited_entries(boot, false),
                            [&](const BootEntry& entry, const HideArguments& hide) {
                              return lost_list(boot, entry, hide);
                            });
  const auto irqs =
      of_entries(boot, unattended_entries(boot),
                 [](const BootEntry& entry, const HideArguments&) { return lost_irqs(entry); });
  reasons.insert(reasons.end(), irqs.begin(), irqs.end());
  return reasons;
}

}  // namespace pci_passthrough::checks
