#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons hide_missing_in_default(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto everyday = boot.file.find("xe");
  if (!everyday || boot.file.trouble) return {};
  const auto& wanted = host.rules().entries[*everyday].hidden;
  return of_entries(
      host, host.rules().unattended,
      [&](const BootEntry& entry, const HideRules& rules) -> std::string {
        std::vector<PciAddress> lacking;
        std::ranges::set_difference(wanted, rules.hidden, std::back_inserter(lacking));
        if (lacking.empty()) return "";
        return in_quotes(entry.title) + ", which boots by itself, does not hide " + texts(lacking) +
               "; " + in_quotes(boot.file.entries[*everyday].title) + " does";
      });
}
constexpr auto hide_missing_in_default_row = row<hide_missing_in_default>({
    .code = "hide-missing-in-default",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "the entry that boots lacks rules that the everyday entry has",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide the devices again: all entries that boot are then edited.",
});

Reasons hide_missing_in_fallback(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto next = boot.next_entry();
  if (!next) return {};
  const auto& wanted = host.rules().entries[*next].hidden;
  const auto& edited = host.rules().everyday;
  std::vector<std::string> titles;
  std::set<PciAddress> lacking;
  for (const auto i : host.rules().editable) {
    const auto& entry = boot.file.entries[i];
    const auto& hidden = host.rules().entries[i].hidden;
    if (std::ranges::count(edited, i) != 0 || std::ranges::includes(hidden, wanted)) continue;
    titles.push_back(in_quotes(entry.title));
    std::ranges::set_difference(wanted, hidden, std::inserter(lacking, lacking.end()));
  }
  if (titles.empty()) return {};
  return {{"booting " + joined(titles) + " gives " +
               texts(std::vector(lacking.begin(), lacking.end())) + " to dom0",
           boot.path}};
}
constexpr auto hide_missing_in_fallback_row = row<hide_missing_in_fallback>({
    .code = "hide-missing-in-fallback",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "safe and fallback entries leave the devices to dom0",
    .fires = "",
    .rests_on = "",
    .remedy = "This is the way back. To have the rules there too: hide with entries=all.",
});

Reasons command_line_too_long(const Analysis& host) {
  const Boot& boot = host.boot();
  return of_all_entries(host, [&](const BootEntry& entry, const HideRules& rules) -> std::string {
    if (entry.command_line_size <= max_command_line) return "";
    const auto i = static_cast<std::size_t>(&entry - boot.file.entries.data());
    const auto bare = command_line_size_with(boot.file, {i, rules.stands.kind, ""});
    constexpr std::size_t rule_size = 14;
    const auto name_size = hide_parameter(rules.stands.kind).size() + 2;
    const auto room =
        max_command_line < bare + name_size ? 0 : (max_command_line - bare - name_size) / rule_size;
    const auto count = rules.standing().rules.size();
    return "dom0's command line in " + in_quotes(entry.title) + " has " +
           std::to_string(entry.command_line_size) + " bytes, Xen hands over " +
           std::to_string(max_command_line) + ": " +
           (room < count
                ? "room for " + std::to_string(room) + " of the " + std::to_string(count) + " rules"
                : "the rules would fit, if the list stood once");
  });
}
constexpr auto command_line_too_long_row = row<command_line_too_long>({
    .code = "command-line-too-long",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .means = "Xen cuts dom0's command line, and then nothing is hidden",
    .fires = "",
    .rests_on = "",
    .remedy = "Unhide devices, or take other arguments away.",
});

Reasons kernel_args_duplicated(const Analysis& host) {
  return of_all_entries(host, [](const BootEntry& entry, const HideRules&) -> std::string {
    const auto repeated = repeated_arguments(entry);
    return repeated.empty() ? "" : more_than_once(repeated);
  });
}
constexpr auto kernel_args_duplicated_row = row<kernel_args_duplicated>({
    .code = "kernel-args-duplicated",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "kernel arguments stand twice, as xen-cmdline leaves them when it is given two keys",
    .fires = "",
    .rests_on = "",
    .remedy = "repair takes the first of each away.",
});

}  // namespace

std::span<const Check> boot_entries() {
  static constexpr Check rows[] = {hide_missing_in_default_row, hide_missing_in_fallback_row,
                                   command_line_too_long_row, kernel_args_duplicated_row};
  return rows;
}

}  // namespace pci_passthrough::checks
