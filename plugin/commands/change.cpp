#include <algorithm>

#include "plugin/commands/assignments.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/diff.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/repair.hpp"

namespace pci_passthrough {
namespace reports {
namespace {

EditTerms terms_of(const Arguments& arguments) {
  const auto entries = arguments.text("entries");
  if (entries && *entries != "all")
    throw misuse("the argument entries takes all, not '" + std::string(*entries) +
                 "'; without it the entries that boot are edited");
  return {entries.has_value(), arguments.acceptances()};
}

array plan_json(const Plan& plan) {
  array steps;
  for (const auto& file : plan.files)
    steps.push_back({{"action", "replace"},
                     {"path", file.path},
                     {"diff", valid_text(unified_diff(file.path, file.before, file.after))}});
  for (const auto& program : plan.programs)
    steps.push_back(
        {{"action", "run"}, {"path", program.program + " " + joined(program.arguments, " ")}});
  const auto line = [](const std::optional<std::string>& pci) {
    return pci ? printable(*pci) + "\n" : std::string();
  };
  for (const auto& entry : plan.vm_entries) {
    const auto path = "VM " + entry.vm_uuid + " other_config:pci";
    steps.push_back(
        {{"action", "set"},
         {"path", path},
         {"vm", entry.vm_uuid},
         {"diff", valid_text(unified_diff(path, line(entry.before), line(entry.after)))}});
  }
  if (plan.remember && !plan.remember->added.empty()) {
    array added;
    for (const auto& address : plan.remember->added) added.emplace_back(address.text());
    steps.push_back({{"action", "remember"}, {"path", identities_file}, {"devices", added}});
  }
  return steps;
}

/// Of a change to a VM: do its devices?
bool waits_for_reboot(const Snapshot& snapshot, const std::string& vm) {
  const auto wishes = wishes_of(snapshot);
  const auto wish = std::ranges::find(wishes, vm, [](const auto& one) { return one.vm->uuid; });
  return std::ranges::any_of(snapshot.functions, [&](const Function& function) {
    const bool concerned =
        vm.empty() || (wish != wishes.end() && wish->wants_here(function.address));
    if (!concerned) return false;
    const auto access = dom0_access(snapshot.boot, function);
    return access == Dom0Access::disable_on_reboot || access == Dom0Access::enable_on_reboot;
  });
}

}  // namespace

Decision hide(const Snapshot& snapshot, const Arguments& arguments) {
  auto terms = terms_of(arguments);
  terms.replace = arguments.flag("replace");
  const bool none = terms.replace && arguments.text("devices") == "none";
  const auto devices = none ? std::vector<PciAddress>() : arguments.addresses("devices");
  return hide_devices(snapshot, devices, terms, arguments.caller());
}

Decision unhide(const Snapshot& snapshot, const Arguments& arguments) {
  return unhide_devices(snapshot, arguments.addresses("devices"), terms_of(arguments),
                        arguments.caller());
}

Decision repair(const Snapshot& snapshot, const Arguments& arguments) {
  return pci_passthrough::repair(snapshot, terms_of(arguments), arguments.caller());
}

Decision restore(const Snapshot& snapshot, const Arguments& arguments) {
  return restore_backup(snapshot, std::string(arguments.text("id").value_or("")),
                        {false, arguments.acceptances()}, arguments.caller());
}

}  // namespace reports

boost::json::object report_change(const Decision& decision, const Outcome& outcome,
                                  const Snapshot& after) {
  using namespace reports;
  object reply = {{"schema", schema},
                  {"changed", outcome.changed},
                  {"dry_run", outcome.dry_run},
                  {"refused", !decision.refusals.empty()}};
  const bool hypothetical = outcome.dry_run && !decision.plan.files.empty();
  reply["reboot_required"] = waits_for_reboot(
      hypothetical ? with_boot_text(after, decision.plan.files.front().after) : after, decision.vm);
  reply["plan"] = plan_json(decision.plan);
  reply["backup"] = outcome.backups.empty() ? boost::json::value(nullptr)
                                            : boost::json::value(outcome.backups.front());
  reply["findings"] = findings_json(decision.findings);
  reply["refusals"] = findings_json(decision.refusals);
  array remarks(outcome.remarks.begin(), outcome.remarks.end());
  for (const auto& remark : decision.remarks) remarks.emplace_back(remark);
  if (!remarks.empty()) reply["remarks"] = std::move(remarks);
  if (decision.vm.empty()) reply["rules"] = rules_of_host(after);
  if (!decision.vm.empty() || !decision.plan.vm_entries.empty())
    reply["assignments"] = assignments_of_pool(after);
  return reply;
}

}  // namespace pci_passthrough
