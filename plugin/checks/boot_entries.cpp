#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <set>
#include <vector>

#include "plugin/boot/rescue.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/too_long.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/way_back.hpp"

namespace pci_passthrough::checks {
namespace {

/// xe; where somebody gave it another title, xe-serial.
std::optional<std::size_t> everyday_entry(const BootFile& file) {
  const auto everyday = file.find("xe");
  return everyday ? everyday : file.find("xe-serial");
}

Reasons hide_missing_in_default(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto everyday = everyday_entry(boot.file);
  if (!everyday || boot.file.error) return {};
  const auto& wanted = host.rules().entries[*everyday].hidden;
  std::set<PciAddress> all_lacking;
  auto reasons = of_entries(
      host, host.rules().unattended,
      [&](const BootEntry& entry, const HideRules& rules) -> std::string {
        std::vector<PciAddress> lacking;
        if (!rules.is_known) return "";
        std::ranges::set_difference(wanted, rules.hidden, std::back_inserter(lacking));
        if (lacking.empty()) return "";
        all_lacking.insert(lacking.begin(), lacking.end());
        return fmt::format("'{}', which boots by itself, does not hide {}; '{}' does.", entry.title,
                           texts(lacking), boot.file.entries[*everyday].title);
      });
  std::vector<std::string> devices;
  for (const auto& address : all_lacking) devices.push_back(address.text());
  const auto list = joined(devices, ",");
  const auto rescue = rescue_entry(boot.file);
  const bool by_rescue = rescue && std::ranges::count(host.rules().unattended, *rescue) != 0;
  for (auto& reason : reasons)
    reason.remedy =
        by_rescue
            ? Remedy{fmt::format(
                  "Boot another entry than '{}', which never hides a device: make it the "
                  "default of {}.",
                  rescue_title, boot.path)}
            : Remedy{fmt::format("Hide them again, which edits every entry that boots by itself: "
                                 "pci-passthrough hide devices={}.",
                                 list),
                     "hide",
                     {{"devices", list}}};
  return reasons;
}
constexpr auto hide_missing_in_default_row = row<hide_missing_in_default>({
    .code = "hide-missing-in-default",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "The entry that boots by itself lacks hide rules which the everyday entry has.",
    .fires = "The default entry, or the one that grubenv has boot once, does not hide a "
             "device that the entry xe hides, or xe-serial where there is no xe.",
    .rests_on =
        "xen-cmdline, and with it xapi, writes the entries xe and xe-serial alone, whatever "
        "the default is, such as XCP-ng's kernel-alt (plugin/boot/README.md, \"What "
        "xen-cmdline does to a boot file\").",
    .remedy = "Hide the devices again, which edits every entry that boots by itself.",
});

Reasons hide_missing_in_fallback(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto next = boot.next_own_entry();
  if (!next || !host.rules().entries[*next].is_known) return {};
  const auto& wanted = host.rules().entries[*next].hidden;
  const auto& edited = host.rules().everyday;
  const auto ways = ways_back(host);
  std::vector<std::string> back, others;
  std::set<PciAddress> left, left_by_others;
  for (const auto i : host.rules().editable) {
    const auto& entry = boot.file.entries[i];
    const auto& hidden = host.rules().entries[i].hidden;
    const bool is_told = std::ranges::count(edited, i) != 0 || !host.rules().entries[i].is_known;
    if (is_told || std::ranges::includes(hidden, wanted)) continue;
    const bool leads_back = std::ranges::count(ways, i) != 0;
    auto& lacking = leads_back ? left : left_by_others;
    (leads_back ? back : others).push_back(in_quotes(entry.title));
    std::ranges::set_difference(wanted, hidden, std::inserter(lacking, lacking.end()));
  }
  Reasons reasons;
  const auto add = [&](const std::vector<std::string>& titles, const std::set<PciAddress>& lacking,
                       std::string_view what) {
    if (!titles.empty())
      reasons.push_back({fmt::format("{} {} {} to dom0. {}", joined(titles),
                                     titles.size() == 1 ? "leaves" : "leave",
                                     texts(std::vector(lacking.begin(), lacking.end())), what),
                         boot.path});
  };
  add(back, left, "That is the way back, should a rule be wrong.");
  add(others, left_by_others,
      "That is no way back: it has hide rules of its own, or its kernel is not there.");
  return reasons;
}
constexpr auto hide_missing_in_fallback_row = row<hide_missing_in_fallback>({
    .code = "hide-missing-in-fallback",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "Safe and fallback entries leave hidden devices to dom0; those without any rule are "
             "the way back.",
    .fires = "An entry that boots Xen, but neither by itself nor every day, does not hide all "
             "that the next boot hides.",
    .rests_on =
        "What is hidden is edited in xe, xe-serial and the entries that boot by themselves; "
        "entries=all edits the others, too (plugin/boot/README.md, \"What an entry is "
        "called\"). Booted by such an entry, dom0 finds the disks of a VM, and may assemble "
        "their arrays and volume groups.",
    .remedy = "",
});

Reasons command_line_too_long(const Analysis& host) {
  const Boot& boot = host.boot();
  auto reasons =
      of_all_entries(host, [&](const BootEntry& entry, const HideRules& rules) -> std::string {
        if (entry.command_line.size() <= max_command_line) return "";
        const auto i = static_cast<std::size_t>(&entry - boot.file.entries.data());
        const auto count = rules.standing().rules.size(), room = rules_with_room(host, i);
        return fmt::format(
            "dom0's command line in '{}' has {} bytes, and Xen hands over {}; a hide list that is "
            "cut hides nothing. {}",
            entry.title, entry.command_line.size(), max_command_line,
            room < count ? fmt::format("There is room for {} of the {} rules.", room, count)
                         : "The rules would fit, if the list stood once.");
      });
  const auto remedy = reasons.empty() ? Remedy() : shortening(host);
  for (auto& reason : reasons) reason.remedy = remedy;
  return reasons;
}
constexpr auto command_line_too_long_row = row<command_line_too_long>({
    .code = "command-line-too-long",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .means = "Xen cuts dom0's command line, and then no device is hidden.",
    .fires = "An entry that boots Xen has more than 1023 bytes of arguments for dom0's kernel, "
             "as the boot loader hands them on.",
    .rests_on =
        "Xen hands dom0 1,023 bytes; a hide list that is cut is one that the kernel rejects "
        "(plugin/boot/README.md, \"How long a command line may be\").",
    .remedy = "Unhide devices that no VM needs, or take other arguments out of the entry by hand.",
});

Reasons kernel_args_duplicated(const Analysis& host) {
  return of_all_entries(
      host,
      [](const BootEntry& entry, const HideRules&) -> std::string {
        auto repeated = repeated_arguments(entry);  // of the lists hide-multiple-params speaks
        std::erase_if(repeated,
                      [](const auto& word) { return word.find("pciback.hide=") != word.npos; });
        return repeated.empty() ? ""
                                : fmt::format(
                                      "Among dom0's kernel arguments {}. The kernel goes by "
                                      "the last of each.",
                                      more_than_once(repeated));
      },
      repaired);
}
constexpr auto kernel_args_duplicated_row = row<kernel_args_duplicated>({
    .code = "kernel-args-duplicated",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "Arguments of dom0's kernel stand twice.",
    .fires = "The same word stands more than once among the arguments of dom0's kernel, in an "
             "entry that boots Xen.",
    .rests_on =
        "xen-cmdline doubles the other arguments when one call gives it two keys "
        "(plugin/boot/README.md, \"What xen-cmdline does to a boot file\"). They use up the "
        "1,023 bytes that dom0 gets.",
    .remedy = "Take the first of each away: pci-passthrough repair.",
});

}  // namespace

std::span<const Check> boot_entries() {
  static constexpr Check rows[] = {hide_missing_in_default_row, hide_missing_in_fallback_row,
                                   command_line_too_long_row, kernel_args_duplicated_row};
  return rows;
}

}  // namespace pci_passthrough::checks
