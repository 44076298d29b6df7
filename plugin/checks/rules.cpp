#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons hide_not_canonical(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry&, const HideRules& rules) -> std::string {
        const auto& list = rules.standing();
        if (rules.stands.read.empty() || list.error || list.rules.empty() || list.is_canonical())
          return "";
        return fmt::format(
            "The kernel reads '{}', but xapi does not. xapi's PCI calls and Xen "
            "Orchestra's list of devices fail.",
            *rules.stands.value());
      },
      repaired);
}
constexpr auto hide_not_canonical_row = row<hide_not_canonical>({
    .code = "hide-not-canonical",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The kernel reads a hide list, but xapi and Xen Orchestra fail on it.",
    .fires = "The hide list that counts in an entry which boots Xen is good for the kernel, "
             "but holds a short address, a wildcard or a blank.",
    .rests_on = "xapi reads the list fourteen characters at a time, (DDDD:BB:DD.F), and raises an "
                "exception at anything else; a coordinator's xapi may not even start "
                "(plugin/pci/README.md, \"A hide list as xapi reads it\").",
    .remedy = "Rewrite it: pci-passthrough repair.",
});

Reasons hide_duplicate(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry&, const HideRules& rules) -> std::string {
        std::set<std::string> seen, twice;
        for (const auto& rule : rules.standing().rules)
          if (!seen.insert(rule.text).second) twice.insert(rule.text);
        return twice.empty() ? "" : fmt::format("In the hide list {}.", more_than_once(twice));
      },
      repaired);
}
constexpr auto hide_duplicate_row = row<hide_duplicate>({
    .code = "hide-duplicate",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "A hide rule stands twice in its list.",
    .fires = "The hide list that counts in an entry which boots Xen names an address twice, "
             "spelled alike.",
    .rests_on = "The kernel takes a device once, however often it is named (pci_stub.c "
                "pcistub_match).",
    .remedy = "Rewrite it: pci-passthrough repair.",
});

/// A list that begins to take effect is judged like one that is asked for.
Remedy tried_and_repaired(bool all) {
  const auto entries = all ? " entries=all" : "";
  auto remedy = repaired(all);
  remedy.sentence = fmt::format(
      "See what is hidden then: pci-passthrough repair dry-run=true{}. Then rewrite it: "
      "pci-passthrough repair{}.",
      entries, entries);
  return remedy;
}

Reasons hide_legacy_name(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry&, const HideRules& rules) -> std::string {
        if (rules.stands.ignored.empty() || !rules.stands.read.empty()) return "";
        return fmt::format("'{}' hides nothing: the kernel of this entry reads {} alone.",
                           rules.stands.ignored.front().value, hide_parameter(rules.stands.kind));
      },
      tried_and_repaired);
}
constexpr auto hide_legacy_name_row = row<hide_legacy_name>({
    .code = "hide-legacy-name",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "A hide list stands under a name that the entry's kernel ignores; nothing is hidden.",
    .fires = "An entry that boots Xen has pciback.hide alone and its kernel is 3.10 or later, "
             "or xen-pciback.hide alone and its kernel is 2.6.32. The kernel is told by its file's "
             "name, else it is taken for the running one.",
    .rests_on = "The parameter is called after the driver, which changed its name from classic Xen "
                "to pvops (plugin/pci/README.md, \"Two pcibacks\").",
    .remedy = "See what is hidden then: pci-passthrough repair dry-run=true. Then rewrite it: "
              "pci-passthrough repair.",
});

Reasons hide_both_names(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry&, const HideRules& rules) -> std::string {
        if (rules.stands.ignored.empty() || rules.stands.read.empty()) return "";
        return fmt::format("'{}' hides nothing: the kernel of this entry goes by '{}'.",
                           rules.stands.ignored.front().value, rules.stands.read.back().value);
      },
      tried_and_repaired);
}
constexpr auto hide_both_names_row = row<hide_both_names>({
    .code = "hide-both-names",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "Hide lists stand under both names, and the kernel reads one of them.",
    .fires = "An entry that boots Xen has both pciback.hide and xen-pciback.hide.",
    .rests_on = "Each kernel ignores the other's name (plugin/pci/README.md, \"Two pcibacks\").",
    .remedy = "See what is hidden then: pci-passthrough repair dry-run=true. Then merge them: "
              "pci-passthrough repair.",
});

Reasons hide_multiple_params(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry&, const HideRules& rules) -> std::string {
        if (rules.stands.read.size() < 2) return "";
        return fmt::format(
            "{} stands {} times. The kernel goes by the last, '{}'; xapi by the first.",
            hide_parameter(rules.stands.kind), rules.stands.read.size(),
            rules.stands.read.back().value);
      },
      tried_and_repaired);
}
constexpr auto hide_multiple_params_row = row<hide_multiple_params>({
    .code = "hide-multiple-params",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "An entry has several hide lists; the kernel goes by the last, xapi by the first.",
    .fires = "The parameter that the kernel reads stands more than once in an entry that "
             "boots Xen, however it is spelled.",
    .rests_on = "Of one parameter that stands twice the last counts, and - and _ are the same "
                "(plugin/boot/README.md, \"How the kernel reads its arguments\"). xapi looks for "
                "the first word that begins with it (xapi xapi_pci_helpers.ml).",
    .remedy = "See what is hidden then: pci-passthrough repair dry-run=true. Then merge them: "
              "pci-passthrough repair.",
});

}  // namespace

std::span<const Check> rules() {
  static constexpr Check rows[] = {hide_not_canonical_row, hide_duplicate_row, hide_legacy_name_row,
                                   hide_both_names_row, hide_multiple_params_row};
  return rows;
}

}  // namespace pci_passthrough::checks
