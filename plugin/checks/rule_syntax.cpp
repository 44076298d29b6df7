#include <fmt/format.h>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/mending.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"

namespace pci_passthrough::checks {
namespace {

/// Of that boot-config-unparseable speaks.
bool is_variable(const Argument& argument) {
  return argument_value(argument).find('$') != std::string_view::npos;
}

std::string syntax_error(const std::vector<Argument>& arguments,
                         const std::vector<HideList>& lists) {
  for (std::size_t i = 0; i < lists.size(); ++i)
    if (const auto& error = lists[i].error; error && !is_variable(arguments[i]))
      return fmt::format(
          "The hide list '{}' is wrong at character {}: {}. The kernel rejects the "
          "whole list and hides nothing by it.",
          argument_value(arguments[i]), error->position + 1, error->sentence);
  return "";
}

Remedy writing_anew(const Analysis& host, std::size_t entry) {
  const bool all = std::ranges::count(host.rules().everyday, entry) == 0;
  return {
      fmt::format("Have it written anew, with all that it is to hide: pci-passthrough hide "
                  "devices=ADDRESSES replace=true{}; devices=none where nothing is.",
                  all ? " entries=all" : "")};
}

Reasons hide_syntax_error(const Analysis& host) {
  Reasons reasons;
  for (const auto i : host.rules().editable) {
    auto here = of_entries(host, {i}, [](const BootEntry&, const HideRules& rules) -> std::string {
      const auto error = syntax_error(rules.stands.read, rules.read);
      return error.empty() ? syntax_error(rules.stands.ignored, rules.ignored) : error;
    });
    if (here.empty()) continue;
    auto& reason = here.front();
    reason.remedy = mending(host, i);
    if (!reason.remedy) reason.remedy = writing_anew(host, i);
    const auto same = [&](const Reason& other) {
      return other.message == reason.message && other.remedy == reason.remedy;
    };
    if (!reasons.empty() && same(reasons.back()))
      reasons.back().evidence += ", " + reason.evidence;
    else
      reasons.push_back(std::move(reason));
  }
  return reasons;
}
constexpr auto hide_syntax_error_row = row<hide_syntax_error>({
    .code = "hide-syntax-error",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .concern = Concern::both,
    .means = "The kernel cannot read a hide list, and hides nothing by it.",
    .fires = "A hide list in any entry that boots Xen is not what dom0's pciback reads: a "
             "wrong character, a number out of range, or a wildcard on 2.6.32. A list under the "
             "name that the kernel ignores counts, too.",
    .rests_on =
        "One error makes pcistub_init return EINVAL: no device is hidden, and the driver "
        "is not there at all (plugin/pci/README.md, \"A hide list as the kernel reads "
        "it\"). repair mends what is plainly meant, such as a dot for a colon, and leaves the "
        "rest.",
    .remedy =
        "Have it written anew, with all that it is to hide: pci-passthrough hide "
        "devices=ADDRESSES replace=true. Or restore the file as it was before: pci-passthrough "
        "backups, then restore.",
});

}  // namespace

std::span<const Check> rule_syntax() {
  static constexpr Check rows[] = {hide_syntax_error_row};
  return rows;
}

}  // namespace pci_passthrough::checks
