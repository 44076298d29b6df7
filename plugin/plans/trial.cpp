#include "plugin/plans/trial.hpp"

#include <fmt/format.h>

#include "plugin/boot/trial.hpp"
#include "plugin/checks/catalogue.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/model/trial_conditions.hpp"
#include "plugin/plans/auto_trial.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/own_entry.hpp"
#include "plugin/plans/rescue.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

/// The rows that ask whether a trial may be armed refuse the change that brings it about.
bool is_term(const Finding& finding) {
  return finding.code.starts_with("trial-") &&
         find_check(finding.code)->refusal == Refusal::brought_about;
}

/// What the trial itself is judged for, beside the hide that it tries.
void judge_terms(const Consent& consent, Decision& decision) {
  auto findings = judge(decision.after, decision.after.rules().unattended);
  std::erase_if(findings, [](const Finding& finding) { return !is_term(finding); });
  const auto always = [](const Finding&) { return true; };
  judge_change(std::move(findings), {always, always}, consent, decision);
}

std::string id_of(const Boot& boot) {
  auto id = new_trial_id(boot);
  if (!id)
    refuse_entry(
        "Unknown which boot of the host this is: cannot read /proc/sys/kernel/random/boot_id. "
        "Without it nobody could tell later whether the trial has booted.");
  return std::move(*id);
}

std::string trial_text(const Analysis& host, const Analysis& hidden, const std::string& id,
                       std::optional<unsigned> auto_seconds) {
  const Boot& boot = host.boot();
  const auto model = own_model(boot.file);
  if (!model) refuse_entry(why_no_own_entry(boot));
  const auto& rules = hidden.rules().entries[*model].stands;
  auto text = with_trial(boot.file, rules.kind, rules.value().value_or(""), id, auto_seconds);
  if (!text) refuse_entry(why_no_own_entry(boot));
  return std::move(*text);
}

/// Taken away, the entry must not shift what a number names.
void check_not_counted(const Boot& boot, const Trial& trial) {
  if (trial.entry && is_counted(boot, *trial.entry))
    refuse_entry(fmt::format(
        "An entry behind '{}' boots by its number, which would name another one then. Let it boot "
        "first, or make the trial's the last entry of {}.",
        trial_name(boot), boot.path));
}

/// Is there anything to forget?
bool is_kept(const Analysis& host) {
  const auto& facts = host.snapshot().auto_trial;
  return facts.kept || !facts.unread.empty();
}

std::optional<SetMark> mark_taken_away(const Boot& boot, const Trial& trial) {
  return trial.mark_names_it ? trial_mark(boot, false) : std::nullopt;
}

std::vector<std::string> notices_on(const Analysis& after) {
  const auto trial = trial_of(after);
  const auto& entry = after.boot().file.entries[trial.entry.value()];
  std::vector<std::string> notices = {
      "The next boot takes the trial, once. Unless it is confirmed (pci-passthrough confirm), "
      "every boot after it is the old one, whatever brings it about."};
  if (trial.auto_seconds) notices = notices_on_auto(after.snapshot().auto_trial);
  notices.push_back("A trial that hangs ends when the host is switched off and on.");
  if (waits_for_power_cycle(entry))
    notices.push_back(
        "Xen is told noreboot: where dom0 dies, the host waits to be switched off "
        "and on, too.");
  else
    notices.push_back("Where dom0 dies, Xen reboots the host by itself.");
  return notices;
}

}  // namespace

Decision hide_on_trial(const Analysis& host, const std::vector<PciAddress>& devices,
                       const Consent& consent, Confirmation confirmation) {
  auto decision = hide_devices(host, devices, Entries::that_boot, consent);
  if (decision.plan.files.empty()) return decision;
  const Boot& boot = host.boot();
  const bool is_auto = confirmation == Confirmation::by_itself;
  const auto id = id_of(boot);
  const auto seconds =
      is_auto ? std::optional(planned_time(host.snapshot().auto_trial).seconds) : std::nullopt;
  const auto text = trial_text(host, decision.after, id, seconds);
  decision.plan = {};
  HostChange change;
  if (is_auto) decision.plan.auto_trial = change.auto_trial = auto_trial(host, devices, id);
  add_boot_edit(host, text, decision.plan, change);
  auto after = host.with(change);
  if (foreign_mark(boot).empty()) {
    decision.plan.mark = trial_mark(after.boot(), true);
    change.mark = decision.plan.mark;
    after = host.with(std::move(change));
  }
  decision.after = std::move(after);
  judge_terms(consent, decision);
  decision.notices = notices_on(decision.after);
  return decision;
}

Decision confirm_trial(const Analysis& host, const Consent& consent) {
  const Boot& boot = host.boot();
  const auto trial = trial_of(host);
  if (trial.stage == TrialStage::armed)
    refuse_entry("The trial has not booted yet. Reboot the host, then confirm it.");
  if (trial.stage != TrialStage::running)
    refuse_entry(
        "This boot is no trial, so that there is nothing to confirm. Begin one: "
        "pci-passthrough hide ADDRESS --trial.");
  check_not_counted(boot, trial);
  const auto ruled = with_text(boot.file, text_hiding(host, host.rules().everyday, trial.devices));
  auto text = with_rescue_in_step(host, without_trial(ruled));
  auto decision = decide(
      host,
      {.text = std::move(text), .concerned = trial.devices, .mark = mark_taken_away(boot, trial)},
      consent);
  decision.plan.forgets_auto_trial = is_kept(host);
  return decision;
}

Decision abandon_trial(const Analysis& host, const Consent& consent) {
  const Boot& boot = host.boot();
  const auto trial = trial_of(host);
  check_not_counted(boot, trial);
  auto decision = decide(
      host, {.text = without_trial(boot.file), .mark = mark_taken_away(boot, trial)}, consent);
  decision.plan.remember.reset();
  decision.plan.forgets_auto_trial = trial.entry && is_kept(host);
  if (trial.stage == TrialStage::running)
    decision.notices.push_back(fmt::format("{} stay{} hidden until the next reboot.",
                                           texts(trial.devices),
                                           trial.devices.size() == 1 ? "s" : ""));
  return decision;
}

Decision settle_trial(const Analysis& host, const Consent&) {
  Decision decision{.before = host, .after = host};
  const auto trial = trial_of(host);
  if (trial.stage != TrialStage::running || !trial.mark_names_it) return decision;
  decision.plan.mark = trial_mark(host.boot(), false);
  if (decision.plan.mark) decision.after = host.with({.mark = decision.plan.mark});
  decision.notices.push_back(
      "The boot loader had not taken the mark of this trial away; it is taken away now, so that "
      "the next boot is the old one.");
  return decision;
}

void refuse_on_trial(Decision& decision) {
  const auto stage = trial_of(decision.before).stage;
  const bool is_pending = stage == TrialStage::armed || stage == TrialStage::running;
  if (!is_pending || decision.plan.empty()) return;
  const auto is_it = [](const Finding& finding) { return finding.code == "trial-pending"; };
  std::erase_if(decision.findings, is_it);
  auto found = judge(decision.before, decision.before.rules().unattended);
  std::erase_if(found, [&](const Finding& finding) { return !is_it(finding); });
  decision.findings.insert(decision.findings.begin(), found.begin(), found.end());
  decision.refusals = std::move(found);
}

}  // namespace pci_passthrough
