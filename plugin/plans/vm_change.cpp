#include "plugin/plans/vm_change.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/identities.hpp"
#include "plugin/plans/said_before.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {

void check_place(const Pool& pool, const VmRecord& vm) {
  const auto place = place_of(pool, vm);
  if (place != Place::elsewhere && place != Place::preferred_elsewhere) return;
  const auto& ref = is_running(vm) ? vm.resident_on : vm.affinity;
  const auto host = pool.hosts.find(ref);
  const bool known = host != pool.hosts.end();
  const auto* relation = is_running(vm) ? "runs on" : "prefers";
  if (!known)
    throw misuse(
        fmt::format("the VM '{}' {} another host; call the plugin there", vm.name, relation));
  throw misuse(fmt::format("the VM '{}' {} the host '{}'; call the plugin there: host-uuid={}",
                           vm.name, relation, host->second.name, host->second.uuid));
}

void add_field(const Pool& pool, const Vm& vm, VmField field,
               const std::optional<std::string>& after, std::vector<SetVmField>& fields) {
  const auto& [ref, record] = vm;
  auto now = text_of(pool, record, field);
  if (now != after) fields.push_back({ref, record.uuid, record.name, std::move(now), after, field});
}

Decision decide_vm(const Analysis& before, const Vm& vm, VmChange change, const Consent& consent) {
  const auto& [ref, record] = vm;
  HostChange what{.vm_fields = change.fields};
  Plan plan;
  if (change.boot_text) add_boot_edit(before, *change.boot_text, plan, what);
  Decision decision{.plan = std::move(plan),
                    .vm = record.uuid,
                    .before = before,
                    .after = before.with(std::move(what))};
  const bool is_of_entry = std::ranges::count(change.fields, VmField::pci, &SetVmField::field) != 0;
  if (auto notice = notice_of_running(record); notice && is_of_entry)
    decision.notices.push_back(std::move(*notice));
  decision.plan.vm_fields = std::move(change.fields);
  const Analysis& after = decision.after;
  const SaidBefore said(judge(before, before.rules().unattended));
  auto findings = judge(after, before.rules().unattended);
  const Pool& pool = *after.snapshot().pool;
  const auto assignment = vm_assignment(pool, ref, pool.vms.at(ref));
  decision.plan.remember = to_remember(before, after, change.asked_for, findings);
  const auto is_about = [&](const Finding& finding) { return finding.vm == decision.vm; };
  const auto is_of_edit = [&](const Finding& finding) {
    return change.boot_text && said.lacks_of_host(finding);
  };
  const auto concerns = [&](const Finding& finding) {
    return is_about(finding) || is_of_edit(finding) ||
           (change.boot_text && find_check(finding.code)->refusal == Refusal::final);
  };
  const auto causes = [&](const Finding& finding) {
    return is_about(finding) ? said.lacks_of_vm(finding) : is_of_edit(finding);
  };
  std::ranges::copy_if(findings, std::back_inserter(decision.findings), [&](const auto& finding) {
    return !concerns(finding) && bears_on(finding, assignment);
  });
  judge_change(std::move(findings), {concerns, causes}, consent, decision);
  std::ranges::stable_sort(decision.findings, std::greater{}, &Finding::severity);
  return decision;
}

}  // namespace pci_passthrough
