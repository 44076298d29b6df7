#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/mending.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr StrayKind told_elsewhere[] = {StrayKind::list_rejected, StrayKind::other_kernels_name};
constexpr StrayKind no_slip[] = {StrayKind::behind_hash, StrayKind::other_system};

bool is_among(StrayKind kind, std::span<const StrayKind> kinds) {
  return std::ranges::find(kinds, kind) != kinds.end();
}

std::string right_form(const Analysis& host, const StrayRule& stray) {
  const auto kind = stray.entry ? host.rules().entries[*stray.entry].stands.kind
                                : pciback_kind(host.boot().kernel_release);
  return fmt::format(
      "{}={}", hide_parameter(kind),
      stray.meant.empty() ? "(0000:06:00.0)" : write_hide_list(std::span(stray.meant)));
}

/// Is what it means hidden anyway, by every entry that boots by itself?
bool is_hidden_anyway(const Analysis& host, const StrayRule& stray) {
  const auto& unattended = host.rules().unattended;
  return !stray.meant.empty() && !unattended.empty() &&
         std::ranges::all_of(unattended, [&](std::size_t i) {
           return host.rules().entries[i].in_effect.covers(stray.meant);
         });
}

Severity severity_of(const Analysis& host, const StrayRule& stray) {
  if (is_among(stray.kind, no_slip)) return Severity::info;
  const bool is_everyday =
      stray.entry && std::ranges::count(host.rules().everyday, *stray.entry) != 0;
  return is_everyday && !is_hidden_anyway(host, stray) ? Severity::error : Severity::warn;
}

/// What mends each entry: found once, however much stands astray in it.
struct Mendings {
  const Analysis& host;
  std::map<std::size_t, std::optional<Remedy>> known{};

  const std::optional<Remedy>& of(std::size_t entry) {
    const auto found = known.find(entry);
    if (found != known.end()) return found->second;
    return known[entry] = mending(host, entry);
  }
};

Remedy remedy_of(const Analysis& host, const StrayRule& stray, Mendings& mendings) {
  if (is_among(stray.kind, no_slip)) return {};
  if (stray.mendable)
    if (const auto& remedy = mendings.of(*stray.entry)) return *remedy;
  return {
      fmt::format("If it is meant, hide the devices (pci-passthrough hide); right is {} among "
                  "the arguments of dom0's kernel. Then take '{}' out by hand.",
                  right_form(host, stray), printable(stray.word))};
}

constexpr std::size_t most_told = 100;

/// Those beyond what one reads, in one.
struct NotTold {
  std::size_t words = 0;
  Severity severity = Severity::info;

  void add(Severity one) { ++words, severity = std::max(severity, one); }
  void tell(const std::string& path, Reasons& reasons) const {
    if (words == 0) return;
    reasons.push_back({.message = fmt::format("{} more words look like a hide rule, and the kernel "
                                              "reads no rule there.",
                                              words),
                       .evidence = path,
                       .severity = severity});
  }
};

Reasons hide_rule_stray(const Analysis& host) {
  const Boot& boot = host.boot();
  Reasons reasons;
  if (!boot.unreadable.empty()) return reasons;
  Mendings mendings{host};
  NotTold not_told;
  std::map<std::tuple<std::string, Severity, std::string>, std::size_t> told;
  for (const auto& stray : host.other_readers().strays) {
    if (is_among(stray.kind, told_elsewhere)) continue;
    const auto severity = severity_of(host, stray);
    if (reasons.size() == most_told) {
      not_told.add(severity);
      continue;
    }
    const auto remedy = remedy_of(host, stray, mendings);
    Reason reason{
        .message = fmt::format("'{}' hides {}: {}.", printable(stray.word),
                               stray.kind == StrayKind::list_cut ? "less than it says" : "nothing",
                               explained(stray.kind)),
        .evidence = fmt::format("{}:{}", boot.path, stray.line),
        .severity = severity,
        .remedy = remedy};
    if (stray.entry)
      reason.evidence += fmt::format(" '{}'", printable(boot.file.entries[*stray.entry].title));
    const auto [same, is_new] =
        told.try_emplace({reason.message, severity, remedy.sentence}, reasons.size());
    if (is_new)
      reasons.push_back(std::move(reason));
    else
      reasons[same->second].evidence += ", " + reason.evidence;
  }
  not_told.tell(boot.path, reasons);
  return reasons;
}
constexpr auto hide_rule_stray_row = row<hide_rule_stray>({
    .code = "hide-rule-stray",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "Words in the boot file look like a hide rule, and the kernel reads no rule there.",
    .fires =
        "Words mean a rule and are none: a name that is misspelt or split, other quotes, "
        "a list behind a blank, a ';' or '--', on Xen's own line or the initrd's. A warning in "
        "entries that boot neither by themselves nor every day, and where the devices are hidden "
        "anyway. What stands behind a '#', or belongs to another system (rd.qubes.hide_pci, "
        "vfio-pci.ids), is only told.",
    .rests_on = "The kernel knows one name, and its arguments end at blanks "
                "(plugin/boot/README.md, \"How the kernel reads its arguments\").",
    .remedy = "Write the rule as xen-pciback.hide=(0000:06:00.0) among the arguments of dom0's "
              "kernel.",
});

Reasons module_option_ignored(const Analysis& host) {
  Reasons reasons;
  for (const auto& [path, why] : host.snapshot().unreadable)
    if (path.starts_with("/etc/modprobe.d"))
      reasons.push_back({.message = fmt::format("Unknown whether a hide list stands in {}, where "
                                                "it has no effect: cannot read it ({}).",
                                                path, why),
                         .evidence = path,
                         .state = FindingState::unknown,
                         .severity = Severity::info,
                         .remedy = Remedy{}});
  if (!platform_tools(host.snapshot().host.version)) return reasons;
  NotTold not_told;
  for (const auto& [path, stray] : host.other_readers().modules) {
    const bool is_told = stray.kind == StrayKind::other_system || is_hidden_anyway(host, stray);
    if (reasons.size() >= most_told) {
      not_told.add(is_told ? Severity::info : Severity::warn);
      continue;
    }
    Reason reason{.message = fmt::format("'{}' hides nothing: {}.", printable(stray.word),
                                         explained(stray.kind)),
                  .evidence = fmt::format("{}:{}", path, stray.line),
                  .severity = is_told ? Severity::info : Severity::warn,
                  .remedy = Remedy{}};
    if (!is_told)
      reason.remedy = {
          fmt::format("Hide the devices (pci-passthrough hide), and take the line out "
                      "of {}. Right is {} among the arguments of dom0's kernel.",
                      path, right_form(host, stray))};
    reasons.push_back(std::move(reason));
  }
  not_told.tell("/etc/modprobe.d", reasons);
  return reasons;
}
constexpr auto module_option_ignored_row = row<module_option_ignored>({
    .code = "module-option-ignored",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A hide list stands in /etc/modprobe.d, where dom0's kernel does not look for it.",
    .fires = "A hide= of xen-pciback or pciback among the options in /etc/modprobe.d, on a "
             "release of XenServer or XCP-ng. Only told where the devices are hidden anyway, and "
             "of vfio-pci's and pci-stub's ids=. Unknown where a file cannot be read.",
    .rests_on = "pciback is built into the kernels of these releases, and modprobe.d gives options "
                "to modules alone (modprobe.d(5)).",
    .remedy = "Hide the devices (pci-passthrough hide).",
});

}  // namespace

std::span<const Check> strays() {
  static constexpr Check rows[] = {hide_rule_stray_row, module_option_ignored_row};
  return rows;
}

}  // namespace pci_passthrough::checks
