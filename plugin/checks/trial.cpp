#include <fmt/format.h>

#include "plugin/boot/trial.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"

namespace pci_passthrough::checks {
namespace {

std::string evidence_of(const Analysis& host, const Trial& trial) {
  return where(host.boot(), host.boot().file.entries[trial.entry.value()]);
}

Reasons trial_pending(const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.stage == TrialStage::armed)
    return {{.message = words_of(trial),
             .evidence = evidence_of(host, trial),
             .remedy = Remedy{"Reboot when it suits you, then confirm it; or take it back: "
                              "pci-passthrough abandon.",
                              "abandon"}}};
  if (trial.stage == TrialStage::running)
    return {{.message = words_of(trial),
             .evidence = paths::kernel_command_line,
             .remedy = Remedy{"Make it permanent: pci-passthrough confirm. Or take it back: "
                              "pci-passthrough abandon.",
                              "confirm"}}};
  return {};
}
constexpr auto trial_pending_row = row<trial_pending>({
    .code = "trial-pending",
    .severity = Severity::warn,
    .refusal = Refusal::final,
    .means = "A hide is on trial, and every change but its end waits.",
    .fires =
        "The next boot takes the entry 'pci-passthrough trial' once, or the running kernel was "
        "booted by it and the trial is neither confirmed nor abandoned.",
    .rests_on = "The entry, the mark in grubenv or in extlinux's own vector, and the argument "
                "pci-passthrough.trial on /proc/cmdline (plugin/boot/README.md, \"The trial "
                "entry\").",
    .remedy = "End it: pci-passthrough confirm, or pci-passthrough abandon.",
});

Reasons trial_mark_kept(const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.stage != TrialStage::running || !trial.mark_names_it) return {};
  return {{.message = "This boot is the trial, and the boot loader did not take its mark away. The "
                      "next boot would be the trial again, for ever.",
           .evidence = paths::kernel_command_line,
           .remedy = Remedy{"Take the trial back: pci-passthrough abandon. Or, where it went well, "
                            "make it permanent: pci-passthrough confirm.",
                            "abandon"}}};
}
constexpr auto trial_mark_kept_row = row<trial_mark_kept>({
    .code = "trial-mark-kept",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "The boot loader did not take the mark of a trial away.",
    .fires = "The running kernel was booted by the trial entry, and the mark still names it.",
    .rests_on = "GRUB writes grubenv, and extlinux its vector, before the kernel is loaded; where "
                "they cannot write, the mark stays.",
    .remedy = "End the trial: pci-passthrough abandon, or pci-passthrough confirm.",
});

Reasons trial_entry_stale(const Analysis& host) {
  const auto trial = trial_of(host);
  const Boot& boot = host.boot();
  if (trial.stage != TrialStage::armed || trial_is_in_step(boot.file, boot.kernel_release))
    return {};
  return {{.message = fmt::format("'{}' does not boot what the everyday entry boots any more, hide "
                                  "rules aside. What it tries is not what would be confirmed.",
                                  trial_name(boot)),
           .evidence = evidence_of(host, trial),
           .remedy = Remedy{"Take it back, and begin again: pci-passthrough abandon.", "abandon"}}};
}
constexpr auto trial_entry_stale_row = row<trial_entry_stale>({
    .code = "trial-entry-stale",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The trial entry does not boot what the everyday entry boots.",
    .fires = "The trial is armed, and its entry names other files or arguments than the default "
             "entry, hide rules aside.",
    .rests_on = "An update of the kernel and xen-cmdline write the everyday entries alone "
                "(plugin/boot/README.md, \"The rescue entry\").",
    .remedy = "Take it back, and begin again: pci-passthrough abandon.",
});

Reasons trial_over(const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.stage != TrialStage::over && trial.stage != TrialStage::prepared) return {};
  return {{.message = words_of(trial),
           .evidence = evidence_of(host, trial),
           .remedy = Remedy{"Take its entry off the menu: pci-passthrough abandon.", "abandon"}}};
}
constexpr auto trial_over_row = row<trial_over>({
    .code = "trial-over",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "The entry of a trial stands, and nothing boots it.",
    .fires = "The entry 'pci-passthrough trial' is in the menu, no mark names it, and the running "
             "kernel was booted by another: the trial was not confirmed, or a change was killed "
             "before it set the mark.",
    .rests_on = "The boot loader takes the mark away before it loads the kernel, so the boot after "
                "the trial is the old one (plugin/boot/README.md, \"What boots once\").",
    .remedy = "Take its entry off the menu: pci-passthrough abandon.",
});

}  // namespace

std::span<const Check> trial() {
  static constexpr Check rows[] = {trial_pending_row, trial_mark_kept_row, trial_entry_stale_row,
                                   trial_over_row};
  return rows;
}

}  // namespace pci_passthrough::checks
