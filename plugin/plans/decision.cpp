#include "plugin/plans/decision.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugin/boot/boot_limits.hpp"
#include "plugin/checks/catalogue.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/plans/identities.hpp"
#include "plugin/plans/said_before.hpp"

namespace pci_passthrough {
namespace {

/// What any entry reaches after the change that the same entry did not reach before, and what those
/// that boot unattended now reach and did not. A file with an error reached nothing for certain.
std::set<PciAddress> newly_reached(const Analysis& before, const Analysis& after) {
  using Addresses = std::vector<PciAddress>;
  const auto &old = before.boot().file, &now = after.boot().file;
  std::set<PciAddress> reached;
  const auto add = [&](const Addresses& is, const Addresses& was) {
    std::ranges::set_difference(is, was, std::inserter(reached, reached.end()));
  };
  for (const auto i : after.rules().editable) {
    const bool same =
        !old.error && i < old.entries.size() && old.entries[i].title == now.entries[i].title;
    add(after.rules().entries[i].reached, same ? before.rules().entries[i].reached : Addresses{});
  }
  add(after.rules().reached, before.rules().reached);
  return reached;
}

/// Some line that Xen cuts is shorter now, and none is longer: an unhide that takes several steps.
bool shortens_what_is_cut(const Analysis& before, const Analysis& after) {
  const auto &old = before.boot().file.entries, &now = after.boot().file.entries;
  bool is_shorter = false;
  if (before.boot().file.error || old.size() != now.size()) return false;
  for (const auto i : after.rules().editable) {
    const auto was = old[i].command_line.size(), is = now[i].command_line.size();
    if (is > max_command_line && is > was) return false;
    is_shorter |= is > max_command_line && is < was;
  }
  return is_shorter;
}

bool lifts(const Acceptance& acceptance, const Check& check, const Finding& finding,
           const Caller& caller) {
  const bool may = check.refusal == Refusal::acceptable ||
                   (check.refusal == Refusal::acceptable_at_shell && caller.at_shell);
  return may && acceptance.check == finding.code && acceptance.device == finding.device;
}

}  // namespace

void judge_change(std::vector<Finding> findings, const Bearing& bearing, const Consent& consent,
                  Decision& decision) {
  const auto to_take = decision.before.to_take();
  const auto& unfinished = decision.before.snapshot().unfinished;
  for (Finding& finding : findings) {
    const bool is_taken = finding.device && std::ranges::count(to_take, *finding.device) != 0;
    const bool is_unfinished = unfinished && finding.device == unfinished->device;
    const bool is_caused = is_taken || bearing.causes(finding);
    if (!is_caused && !is_unfinished && !bearing.concerns(finding)) continue;
    if (is_caused && !finding.remedy.planned.empty()) finding.remedy = {finding.remedy.planned};
    const Check& check = *find_check(finding.code);
    const bool is_final = check.refusal == Refusal::final;
    const bool may_refuse = check.refusal != Refusal::none && finding.severity == Severity::block;
    if ((is_final || (may_refuse && is_caused)) && !bearing.eases(finding)) {
      const auto acceptance = std::ranges::find_if(consent.accepted, [&](const auto& one) {
        return lifts(one, check, finding, consent.caller);
      });
      if (acceptance == consent.accepted.end())
        decision.refusals.push_back(finding);
      else
        decision.accepted.push_back(*acceptance);
    }
    decision.findings.push_back(std::move(finding));
  }
}

void add_boot_edit(const Analysis& before, std::string text, Plan& plan, HostChange& change) {
  const Boot& boot = before.boot();
  if (!boot.unreadable.empty() || text == boot.file.text) return;
  if (const auto what = beyond_boot_limits(boot.file.loader, text))
    throw misuse(fmt::format("the boot file then {}, and nobody here could read it again", *what));
  change.boot_file = with_text(boot.file, text);
  plan.files.push_back({boot.path, boot.file.text, std::move(text)});
  plan.programs = boot.after_edit;
}

Decision decide(const Analysis& before, BootChange change, const Consent& consent) {
  HostChange what;
  what.vm_fields = change.vm_fields;
  what.mark = change.mark;
  Plan plan;
  plan.mark = std::move(change.mark);
  add_boot_edit(before, std::move(change.text), plan, what);
  Decision decision{
      .plan = std::move(plan), .before = before, .after = before.with(std::move(what))};
  Analysis& after = decision.after;
  const std::set<PciAddress> none_is_suspect;
  if (!change.arrived.empty())
    if (auto followed = to_remember(before, after, change.arrived, none_is_suspect))
      after = after.with({.identities = std::move(followed->all)});
  decision.plan.vm_fields = change.vm_fields;
  const auto reached = newly_reached(before, after);
  const auto is_reached = [&](const Finding& finding) {
    return finding.device && reached.contains(*finding.device);
  };
  const SaidBefore said(judge(before, before.rules().editable));
  auto findings = judge(after, after.rules().editable);
  for (auto& finding : findings)
    if (find_check(finding.code)->concern == Concern::vms)
      finding.severity = std::min(finding.severity, Severity::warn);
  const Bearing bearing = {
      [&](const Finding& finding) {
        if (std::ranges::count(change.vm_fields, finding.vm, &SetVmField::vm_uuid) != 0)
          return true;
        return finding.device ? is_reached(finding) ||
                                    std::ranges::count(change.concerned, *finding.device) != 0
                              : finding.vm.empty();
      },
      [&](const Finding& finding) {
        return finding.vm.empty() ? is_reached(finding) || said.lacks_of_host(finding)
                                  : before.snapshot().pool && said.lacks_of_vm(finding);
      },
      [is_eased = shortens_what_is_cut(before, after)](const Finding& finding) {
        return is_eased && finding.code == "command-line-too-long";
      }};
  decision.plan.remember = to_remember(
      before, after, change.arrived.empty() ? change.concerned : change.arrived, findings);
  judge_change(std::move(findings), bearing, consent, decision);
  return decision;
}

}  // namespace pci_passthrough
