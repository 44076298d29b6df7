#include "plugin/plans/decision.hpp"

#include <algorithm>
#include <set>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/plans/identities.hpp"

namespace pci_passthrough {
namespace {

/// What any entry reaches after the change that the same entry did not reach before, and what those
/// that boot unattended now reach and did not. A file in trouble reached nothing for certain.
std::set<PciAddress> newly_reached(const Snapshot& before, const Snapshot& after) {
  using Entries = std::vector<std::size_t>;
  const auto& old = before.boot.file;
  std::set<PciAddress> reached;
  const auto add = [&](const Entries& now, const Entries& then) {
    std::ranges::set_difference(reached_by(after, now), reached_by(before, then),
                                std::inserter(reached, reached.end()));
  };
  for (const auto i : edited_entries(after.boot, true)) {
    const bool same = !old.trouble && i < old.entries.size() &&
                      old.entries[i].title == after.boot.file.entries[i].title;
    add({i}, same ? Entries{i} : Entries{});
  }
  add(unattended_entries(after.boot), unattended_entries(before.boot));
  return reached;
}

bool lifts(const Acceptance& acceptance, const Check& check, const Finding& finding,
           const Caller& caller) {
  const bool may = check.refusal == Refusal::acceptable ||
                   (check.refusal == Refusal::acceptable_at_shell && caller.at_shell);
  return may && acceptance.check == finding.code && acceptance.device == finding.device;
}

}  // namespace

void judge_change(std::vector<Finding> findings, const Bearing& bearing,
                  const std::vector<Acceptance>& accepted, const Caller& caller,
                  Decision& decision) {
  for (Finding& finding : findings) {
    if (!bearing.concerns(finding) && !bearing.causes(finding)) continue;
    const Check& check = *find_check(finding.code);
    const bool is_final = check.refusal == Refusal::final;
    const bool may_refuse = check.refusal != Refusal::none && finding.severity == Severity::block;
    if (is_final || (may_refuse && bearing.causes(finding))) {
      const auto acceptance = std::ranges::find_if(
          accepted, [&](const auto& one) { return lifts(one, check, finding, caller); });
      if (acceptance == accepted.end())
        decision.refusals.push_back(finding);
      else
        decision.accepted.push_back(*acceptance);
    }
    decision.findings.push_back(std::move(finding));
  }
}

std::vector<Finding> newly_found(const std::vector<Finding>& before,
                                 const std::vector<Finding>& after) {
  std::vector<Finding> found;
  for (const auto& finding : after)
    if (!finding.vm.empty() && std::ranges::none_of(before, [&](const Finding& old) {
          return old.code == finding.code && old.vm == finding.vm && old.device == finding.device &&
                 old.severity <= finding.severity;
        }))
      found.push_back(finding);
  return found;
}

Snapshot with_boot_text(const Snapshot& before, const std::string& text) {
  Snapshot after = before;
  after.boot.file = parse_instead(before.boot.file, text);
  return after;
}

Decision decide(const Snapshot& before, const std::string& text,
                const std::vector<PciAddress>& concerned, const std::vector<Acceptance>& accepted,
                const Caller& caller, const std::vector<SetVmEntry>& vm_entries,
                const std::vector<PciAddress>& arrived) {
  const bool readable = before.boot.unreadable.empty();
  Snapshot after = readable ? with_boot_text(before, text) : before;
  Decision decision;
  decision.plan.vm_entries = vm_entries;
  for (const auto& entry : vm_entries) after.pool.value().vms.at(entry.vm).pci = entry.after;
  const std::set<PciAddress> none_is_suspect;
  if (!arrived.empty())
    if (auto followed = to_remember(before, after, arrived, none_is_suspect))
      after.identities = std::move(followed->all);
  if (readable && text != before.boot.file.text) {
    decision.plan.files.push_back({before.boot.path, before.boot.file.text, text});
    decision.plan.programs = before.boot.after_edit;
  }
  const auto reached = newly_reached(before, after);
  const auto is_reached = [&](const Finding& finding) {
    return finding.device && reached.contains(*finding.device);
  };
  const auto entries = edited_entries(after.boot, true);
  auto findings = judge(after, entries);
  for (auto& finding : findings)
    if (find_check(finding.code)->concern == Concern::vms)
      finding.severity = std::max(finding.severity, Severity::warn);
  const auto of_vms = before.pool
                          ? newly_found(judge(before, edited_entries(before.boot, true)), findings)
                          : std::vector<Finding>();
  const Bearing bearing = {
      [&](const Finding& finding) {
        if (std::ranges::count(vm_entries, finding.vm, &SetVmEntry::vm_uuid) != 0) return true;
        return finding.device
                   ? is_reached(finding) || std::ranges::count(concerned, *finding.device) != 0
                   : finding.vm.empty();
      },
      [&](const Finding& finding) {
        return finding.vm.empty() ? is_reached(finding) : std::ranges::count(of_vms, finding) != 0;
      }};
  judge_change(findings, bearing, accepted, caller, decision);
  decision.plan.remember =
      to_remember(before, after, arrived.empty() ? concerned : arrived, findings);
  return decision;
}

}  // namespace pci_passthrough
