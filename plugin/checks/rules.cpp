#include <algorithm>
#include <set>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::string syntax_error(const std::vector<Argument>& arguments,
                         const std::vector<HideList>& lists) {
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (const auto& error = lists[i].error)
      return in_quotes(argument_value(arguments[i])) + ", at character " +
             std::to_string(error->position + 1) + ": " + error->sentence +
             "; the kernel hides nothing by this list";
  return "";
}

Reasons hide_syntax_error(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    const auto error = syntax_error(rules.stands.read, rules.read);
    return error.empty() ? syntax_error(rules.stands.ignored, rules.ignored) : error;
  });
}
constexpr auto hide_syntax_error_row = row<hide_syntax_error>({
    .code = "hide-syntax-error",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .concern = Concern::both,
    .means = "the kernel rejects the whole list: nothing is hidden, pciback does not load",
    .fires = "",
    .rests_on = "",
    .remedy = "Correct the rule in the boot configuration by hand, or restore a backup.",
});

Reasons hide_not_canonical(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    const auto& list = rules.standing();
    if (rules.stands.read.empty() || list.error || list.rules.empty() || list.is_canonical())
      return "";
    return in_quotes(*rules.stands.value()) +
           " is read by the kernel, but makes xapi's PCI calls and Xen Orchestra's listing "
           "fail";
  });
}
constexpr auto hide_not_canonical_row = row<hide_not_canonical>({
    .code = "hide-not-canonical",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the kernel reads the list, but xapi and Xen Orchestra fail on it",
    .fires = "",
    .rests_on = "",
    .remedy = "repair writes each rule as (0000:06:00.0).",
});

Reasons hide_duplicate(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    std::set<std::string> seen, twice;
    for (const auto& rule : rules.standing().rules)
      if (!seen.insert(rule.text).second) twice.insert(rule.text);
    return twice.empty() ? "" : more_than_once(twice);
  });
}
constexpr auto hide_duplicate_row = row<hide_duplicate>({
    .code = "hide-duplicate",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "a rule stands twice",
    .fires = "",
    .rests_on = "",
    .remedy = "Nothing needs to be done; repair drops it.",
});

Reasons hide_legacy_name(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    if (rules.stands.ignored.empty() || !rules.stands.read.empty()) return "";
    return in_quotes(rules.stands.ignored.front().value) +
           " has no effect: this entry's kernel reads " +
           std::string(hide_parameter(rules.stands.kind));
  });
}
constexpr auto hide_legacy_name_row = row<hide_legacy_name>({
    .code = "hide-legacy-name",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "the list stands under a name that this kernel ignores",
    .fires = "",
    .rests_on = "",
    .remedy =
        "repair writes it under the right name; see what it then hides with repair dry-run=true.",
});

Reasons hide_both_names(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    if (rules.stands.ignored.empty() || rules.stands.read.empty()) return "";
    return in_quotes(rules.stands.ignored.front().value) + " has no effect beside " +
           in_quotes(rules.stands.read.back().value);
  });
}
constexpr auto hide_both_names_row = row<hide_both_names>({
    .code = "hide-both-names",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "lists stand under both names",
    .fires = "",
    .rests_on = "",
    .remedy = "repair merges them.",
});

Reasons hide_multiple_params(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry&, const HideRules& rules) -> std::string {
    if (rules.stands.read.size() < 2) return "";
    return "the list stands " + std::to_string(rules.stands.read.size()) +
           " times; the kernel takes the last, " + in_quotes(rules.stands.read.back().value);
  });
}
constexpr auto hide_multiple_params_row = row<hide_multiple_params>({
    .code = "hide-multiple-params",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "the list stands more than once; the kernel takes the last, xapi the first",
    .fires = "",
    .rests_on = "",
    .remedy = "repair merges them.",
});

}  // namespace

std::span<const Check> rules() {
  static constexpr Check rows[] = {hide_syntax_error_row, hide_not_canonical_row,
                                   hide_duplicate_row,    hide_legacy_name_row,
                                   hide_both_names_row,   hide_multiple_params_row};
  return rows;
}

}  // namespace pci_passthrough::checks
