#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/mending.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// What xapi's own tools read of an entry's rules, beside what the kernel goes by.
struct PlatformRules {
  std::vector<std::string> values;  ///< the raw text behind each "xen-pciback.hide="
  std::vector<HideRule> rules;      ///< of those that xapi can read
  bool fails = false;               ///< xapi cannot read one
};

std::optional<PlatformRules> platform_rules(const Analysis& host, std::size_t entry) {
  const auto& readers = host.other_readers();
  const auto* seen = readers.seen(host.boot().file.entries[entry]);
  if (!seen || readers.platform->fails) return {};
  const auto kind = host.rules().entries[entry].stands.kind;
  PlatformRules found;
  for (const auto& argument : platform_arguments(*readers.platform, *seen, hide_parameter(kind))) {
    const auto equals = argument.find('=');
    if (equals == argument.npos) continue;
    found.values.push_back(argument.substr(equals + 1));
    const auto list = parse_hide_list(found.values.back(), kind);
    found.fails |= list.error || (!list.rules.empty() && !list.is_canonical());
    found.rules.insert(found.rules.end(), list.rules.begin(), list.rules.end());
  }
  return found;
}

std::string texts_of(const std::vector<HideRule>& rules) {
  std::string all;
  for (const auto& rule : rules) all += rule.written();
  return all;
}

/// The rules that take effect and that these tools do not see.
std::vector<HideRule> unseen(const PlatformRules& seen, const HideRules& rules) {
  auto lost = rules.in_effect.rules;
  std::erase_if(lost, [&](const HideRule& rule) {
    return std::ranges::any_of(seen.rules,
                               [&](const HideRule& other) { return other.same_devices(rule); });
  });
  return lost;
}

/// Asks of each everyday entry that they see; with repair as the remedy where it changes the entry.
template <typename Ask>
Reasons of_seen_entries(const Analysis& host, Ask ask) {
  Reasons reasons;
  for (const auto i : host.rules().everyday) {
    const auto& entry = host.boot().file.entries[i];
    const auto seen = platform_rules(host, i);
    if (!seen) continue;
    auto message = ask(entry, *seen, host.rules().entries[i]);
    if (message.empty()) continue;
    Reason reason{.message = std::move(message),
                  .evidence = where(host.boot(), entry),
                  .remedy = mending(host, i)};
    if (reasons.empty() || reasons.back().message != reason.message ||
        reasons.back().remedy != reason.remedy)
      reasons.push_back(std::move(reason));
    else
      reasons.back().evidence += ", " + reason.evidence;
  }
  return reasons;
}

Reasons hide_unseen_by_xapi(const Analysis& host) {
  return of_seen_entries(
      host,
      [](const BootEntry& entry, const PlatformRules& seen, const HideRules& rules) -> std::string {
        const auto lost = unseen(seen, rules);
        if (seen.fails || lost.empty()) return "";
        if (!is_platform_label(entry.label))
          return fmt::format("xapi's own tools do not see {} in the hide list.", texts_of(lost));
        return fmt::format(
            "xapi's own tools do not see {} in the hide list. When xapi or Xen Orchestra hides a "
            "device, they add a list of their own, the kernel goes by that, and the next boot "
            "gives these devices to dom0.",
            texts_of(lost));
      });
}
constexpr auto hide_unseen_by_xapi_row = row<hide_unseen_by_xapi>({
    .code = "hide-unseen-by-xapi",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "The kernel hides devices by a list that xapi's own tools do not see.",
    .fires =
        "An entry that boots by itself or every day has a rule in effect that xen-cmdline "
        "does not print: behind a tab or a no-break space, in quotes as a whole, as "
        "xen_pciback.hide, behind a continued line. Silent where these tools cannot read the file, "
        "and on releases that are not known.",
    .rests_on = "xen-cmdline splits the raw text at blanks and compares letter by letter "
                "(plugin/boot/README.md, \"What xen-cmdline does to a boot file\"); of two lists "
                "the kernel takes the last.",
    .remedy = "Write the list as xen-pciback.hide=(0000:06:00.0) behind a blank, by hand.",
});

Reasons hide_misread_by_xapi(const Analysis& host) {
  return of_seen_entries(
      host, [](const BootEntry&, const PlatformRules& seen, const HideRules& rules) -> std::string {
        const auto value = rules.stands.value();
        const bool is_same = seen.values.size() == 1 && value == seen.values.front();
        if (!seen.fails || is_same || rules.in_effect.rules.empty()) return "";
        return fmt::format(
            "xapi's own tools take '{}' for the hide list. xapi's PCI calls and Xen Orchestra's "
            "list of devices fail on it.",
            printable(joined(seen.values, " ")));
      });
}
constexpr auto hide_misread_by_xapi_row = row<hide_misread_by_xapi>({
    .code = "hide-misread-by-xapi",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The kernel reads a hide list, and xapi's own tools read other characters with it.",
    .fires = "An entry that boots by itself or every day has a list in effect whose raw text "
             "holds quotes, a backslash or a ';'. Silent on releases that are not known.",
    .rests_on =
        "xen-cmdline hands xapi the raw text of the boot file, and xapi raises an exception "
        "at it (plugin/boot/README.md, \"What xen-cmdline does to a boot file\").",
    .remedy = "Write the list as xen-pciback.hide=(0000:06:00.0) behind a blank, by hand.",
});

Reasons boot_default_not_set_by_xapi(const Analysis& host) {
  const auto& file = host.boot().file;
  if (!file.default_entry || !host.other_readers().platform) return {};
  const auto& entry = file.entries[*file.default_entry];
  if (!entry.is_xen || is_platform_label(entry.label)) return {};
  return {{fmt::format("xapi and Xen Orchestra never edit '{}', which boots by itself. What they "
                       "hide, or give back to dom0, has no effect at the next boot.",
                       printable(entry.title)),
           where(host.boot(), entry)}};
}
constexpr auto boot_default_not_set_by_xapi_row = row<boot_default_not_set_by_xapi>({
    .code = "boot-default-not-set-by-xapi",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The default entry is one that xapi's own tools never edit.",
    .fires = "The default entry boots Xen and its title makes it neither xe nor xe-serial: "
             "XCP-ng's kernel-alt, or a title that somebody changed.",
    .rests_on = "xen-cmdline writes the entries xe and xe-serial alone, told by their titles "
                "(plugin/boot/README.md, \"What an entry is called\").",
    .remedy = "Hide and unhide with pci-passthrough, which edits this entry, too; or give it back "
              "the product's name for a title.",
});

Reasons boot_default_misread_by_xapi(const Analysis& host) {
  const auto& readers = host.other_readers();
  const auto& file = host.boot().file;
  if (!file.default_entry || !readers.platform || !readers.platform->default_entry) return {};
  const auto& entry = file.entries[*file.default_entry];
  const auto& theirs = readers.platform->entries[*readers.platform->default_entry];
  if (theirs.line == entry.line) return {};
  return {{fmt::format("'{}' boots by itself, and xapi's own tools take '{}' for the default. xapi "
                       "and Xen Orchestra show the rules of that one.",
                       printable(entry.title), printable(theirs.title)),
           where(host.boot(), entry)}};
}
constexpr auto boot_default_misread_by_xapi_row = row<boot_default_misread_by_xapi>({
    .code = "boot-default-misread-by-xapi",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi's own tools take another entry for the default than the boot loader does.",
    .fires = "The entry that the boot loader takes by default, and the one that xen-cmdline "
             "reads, begin in different lines: a title without quotes, an entry on one line, a "
             "default out of grubenv.",
    .rests_on = "python-libs bootloader.py counts the entries that it knows, and reads no grubenv "
                "for the default (plugin/boot/README.md, \"What xen-cmdline does to a boot "
                "file\").",
    .remedy = "Write all entries as the installer does, and name the default by its number: set "
              "default=0.",
});

}  // namespace

std::span<const Check> platform_rules() {
  static constexpr Check rows[] = {hide_unseen_by_xapi_row, hide_misread_by_xapi_row,
                                   boot_default_not_set_by_xapi_row,
                                   boot_default_misread_by_xapi_row};
  return rows;
}

}  // namespace pci_passthrough::checks
