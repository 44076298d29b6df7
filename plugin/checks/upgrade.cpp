#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <optional>
#include <tuple>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/xen_arguments.hpp"

namespace pci_passthrough::checks {
namespace {

auto whom(const HideRule& rule) {
  return std::tuple(rule.segment, rule.bus, rule.device, rule.function);
}

/// What an upgrade carries into every entry of the new host: of the default entry, the first word
/// that its installer takes for a xen-pciback.hide, as it stands (host-installer product.py:450,
/// since v10.10.4).
HideList carried_over(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.file.default_entry) return {};
  if (const auto& platform = host.other_readers().platform) {
    const auto kept = kept_by_installer(*platform);
    return kept ? parse_hide_list(kept->substr(kept->find('=') + 1), PcibackKind::pvops)
                : HideList{};
  }
  const auto& rules = host.rules().entries[*boot.file.default_entry];
  if (rules.stands.kind == PcibackKind::classic || rules.read.empty()) return {};
  return rules.read.front();
}

std::vector<HideRule> lost_rules(const HideList& carried, const HideRules& rules) {
  auto lost = rules.standing().rules;
  std::erase_if(lost, [&](const auto& rule) {
    return std::ranges::any_of(carried.rules,
                               [&](const auto& kept) { return whom(kept) == whom(rule); });
  });
  return lost;
}

/// Where the list that the installer takes can be made to hold them.
Remedy keeping(const Analysis& host, const std::vector<HideRule>& lost, bool is_default) {
  if (is_default) return {"Rewrite the list before the upgrade: pci-passthrough repair.", "repair"};
  std::vector<std::string> devices;
  for (const auto& rule : lost) {
    if (!rule.device || !rule.function)
      return {
          "Rewrite the lists before the upgrade (pci-passthrough repair), and hide the devices "
          "again, so that the default entry has them."};
    const PciAddress address{rule.segment, rule.bus, *rule.device, *rule.function};
    if (!host.find(address)) return {"Note the rules, and set them again after the upgrade."};
    devices.push_back(address.text());
  }
  const auto list = joined(devices, ",");
  return {
      fmt::format("Hide them in the default entry before the upgrade, too: pci-passthrough hide "
                  "devices={}.",
                  list),
      "hide",
      {{"devices", list}}};
}

std::optional<Reason> lost_list(const Analysis& host, const BootEntry& entry,
                                const HideRules& rules) {
  if (rules.stands.read.empty()) return std::nullopt;
  if (rules.stands.kind == PcibackKind::classic)
    return Reason{.message = fmt::format("An upgrade loses '{}': installers keep no pciback.hide.",
                                         rules.stands.read.back().value),
                  .evidence = where(host.boot(), entry),
                  .remedy = Remedy{"Note the devices, and hide them again after the upgrade, with "
                                   "the plugin of the new release."}};
  const auto lost = lost_rules(carried_over(host), rules);
  if (lost.empty()) return std::nullopt;
  const auto& file = host.boot().file;
  const BootEntry& kept = file.entries[*file.default_entry];
  const bool is_default = &entry == &kept;
  std::string texts;
  for (const auto& rule : lost) texts += rule.text;
  return Reason{
      .message = fmt::format(
          "An upgrade loses {}: it keeps {}.", texts,
          is_default && carried_over(host).rules.empty()
              ? "none, since the installer reads no list in the default entry"
          : is_default
              ? fmt::format("the first list alone, '{}'", rules.stands.read.front().value)
              : fmt::format("the list of the default entry alone, that of '{}'", kept.title)),
      .evidence = where(host.boot(), entry),
      .remedy = keeping(host, lost, is_default)};
}

/// Of Xen's own arguments, those that a device given to a VM rests on.
Reasons lost_of_xen(const Analysis& host) {
  Reasons reasons;
  for (const auto i : host.rules().unattended) {
    const BootEntry& entry = host.boot().file.entries[i];
    const auto lost = passthrough_arguments(entry);
    if (lost.empty()) continue;
    auto message = fmt::format("An upgrade loses '{}' of Xen's own arguments.", joined(lost, " "));
    if (!reasons.empty() && reasons.back().message == message) {
      reasons.back().evidence += ", " + where(host.boot(), entry);
      continue;
    }
    reasons.push_back(
        {.message = std::move(message),
         .evidence = where(host.boot(), entry),
         .remedy = Remedy{fmt::format("Note them, and set them again after the upgrade: "
                                      "/opt/xensource/libexec/xen-cmdline --set-xen {}.",
                                      joined(lost, " "))}});
  }
  return reasons;
}

Reasons upgrade_drops_rule(const Analysis& host) {
  const Boot& boot = host.boot();
  if (boot.file.error || !boot.file.default_entry) return {};
  Reasons reasons;
  for (const auto i : host.rules().everyday) {
    auto reason = lost_list(host, boot.file.entries[i], host.rules().entries[i]);
    if (!reason) continue;
    if (!reasons.empty() && reasons.back().message == reason->message)
      reasons.back().evidence += ", " + reason->evidence;
    else
      reasons.push_back(std::move(*reason));
  }
  std::ranges::move(lost_of_xen(host), std::back_inserter(reasons));
  return reasons;
}
constexpr auto upgrade_drops_rule_row = row<upgrade_drops_rule>({
    .code = "upgrade-drops-rule",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means =
        "The next upgrade of the host loses hide rules, or what passthrough needs of Xen's own "
        "arguments.",
    .fires = "An entry that boots by itself or every day has a rule that the first "
             "xen-pciback.hide of the default entry lacks, or a pciback.hide on 2.6.32; and when "
             "an entry that boots by itself has extra_guest_irqs or pci-phantom.",
    .rests_on = "host-installer from 10.10.4 on carries one xen-pciback.hide over, the default "
                "entry's, and no argument of Xen's; older ones carry nothing "
                "(plugin/boot/README.md, \"What an upgrade keeps\").",
    .remedy = "Note the rules and Xen's own arguments, and set them again after the upgrade.",
});

}  // namespace

std::span<const Check> upgrade() {
  static constexpr Check rows[] = {upgrade_drops_rule_row};
  return rows;
}

}  // namespace pci_passthrough::checks
