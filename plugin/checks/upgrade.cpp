#include <algorithm>
#include <tuple>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

auto whom(const HideRule& rule) {
  return std::tuple(rule.segment, rule.bus, rule.device, rule.function);
}

/// What an upgrade carries into every entry of the new host: of the default entry, its first
/// xen-pciback.hide (host-installer product.py:450, since v10.10.4).
HideList carried_over(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.file.default_entry) return {};
  const auto& rules = host.rules().entries[*boot.file.default_entry];
  if (rules.stands.kind == PcibackKind::classic || rules.read.empty()) return {};
  return rules.read.front();
}

std::string lost_rules(const HideList& carried, const HideRules& rules) {
  std::string lost;
  for (const auto& rule : rules.standing().rules)
    if (std::ranges::none_of(carried.rules,
                             [&](const auto& kept) { return whom(kept) == whom(rule); }))
      lost += rule.text;
  return lost;
}

std::string lost_list(const Analysis& host, const BootEntry& entry, const HideRules& rules) {
  if (rules.stands.read.empty()) return "";
  if (rules.stands.kind == PcibackKind::classic)
    return "an upgrade keeps no " + in_quotes(rules.stands.read.back().value);
  const auto lost = lost_rules(carried_over(host), rules);
  if (lost.empty()) return "";
  const auto& file = host.boot().file;
  const BootEntry& kept = file.entries[*file.default_entry];
  return "an upgrade loses " + lost + ": it keeps " +
         (&entry == &kept ? "the first list alone, " + in_quotes(rules.stands.read.front().value)
                          : "the list of the default entry alone, " + in_quotes(kept.title));
}

std::string lost_irqs(const BootEntry& entry) {
  std::vector<std::string> lost;
  for (const auto& argument : entry.xen_arguments)
    if (argument.starts_with("extra_guest_irqs=")) lost.push_back(argument);
  return lost.empty() ? "" : "an upgrade keeps no " + in_quotes(joined(lost, " ")) + " of Xen's";
}

Reasons upgrade_drops_rule(const Analysis& host) {
  const Boot& boot = host.boot();
  if (boot.file.trouble || !boot.file.default_entry) return {};
  auto reasons =
      of_entries(host, host.rules().everyday, [&](const BootEntry& entry, const HideRules& rules) {
        return lost_list(host, entry, rules);
      });
  const auto irqs =
      of_entries(host, host.rules().unattended,
                 [](const BootEntry& entry, const HideRules&) { return lost_irqs(entry); });
  reasons.insert(reasons.end(), irqs.begin(), irqs.end());
  return reasons;
}
constexpr auto upgrade_drops_rule_row = row<upgrade_drops_rule>({
    .code = "upgrade-drops-rule",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means =
        "the next upgrade of the host loses it: installers keep one xen-pciback.hide, the default "
        "entry's",
    .fires = "",
    .rests_on = "",
    .remedy = "Keep what rules says and Xen's own arguments, and set both again after the upgrade.",
});

}  // namespace

std::span<const Check> upgrade() {
  static constexpr Check rows[] = {upgrade_drops_rule_row};
  return rows;
}

}  // namespace pci_passthrough::checks
