#include <algorithm>

#include "plugin/boot/own_entry.hpp"
#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/assignments.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/model/trial_conditions.hpp"
#include "plugin/plans/diff.hpp"

namespace pci_passthrough {
namespace reports {
namespace {

array plan_json(const Plan& plan) {
  array steps;
  for (const auto& file : plan.files)
    steps.push_back({{"action", "replace"},
                     {"path", file.path},
                     {"diff", valid_text(unified_diff(file.path, file.before, file.after))}});
  for (const auto& program : plan.programs)
    steps.push_back(
        {{"action", "run"}, {"path", program.program + " " + joined(program.arguments, " ")}});
  if (plan.mark)
    steps.push_back({{"action", "mark"},
                     {"path", plan.mark->grubenv ? plan.mark->grubenv->path
                                                 : plan.mark->program->program + " " +
                                                       joined(plan.mark->program->arguments, " ")},
                     {"entry", plan.mark->is_set() ? boost::json::value(plan.mark->entry)
                                                   : boost::json::value(nullptr)}});
  const auto line = [](const SetVmField& entry, const std::optional<std::string>& text) {
    const bool is_one = text && (entry.field == VmField::pci || !text->empty());
    return is_one ? printable(*text) + "\n" : std::string();
  };
  for (const auto& entry : plan.vm_fields) {
    const auto path = path_of(entry);
    steps.push_back({{"action", "set"},
                     {"path", path},
                     {"vm", entry.vm_uuid},
                     {"diff", valid_text(unified_diff(path, line(entry, entry.before),
                                                      line(entry, entry.after)))}});
  }
  if (plan.remember && !plan.remember->added.empty()) {
    steps.push_back({{"action", "remember"},
                     {"path", identities_file},
                     {"devices", addresses_json(plan.remember->added)}});
  }
  if (plan.auto_trial)
    steps.push_back({{"action", "keep"},
                     {"path", paths::auto_trial},
                     {"waits_for", conditions_in_words(*plan.auto_trial)}});
  for (const auto& take : plan.takes)
    steps.push_back({{"action", "take"},
                     {"path", "/sys/bus/pci/drivers/pciback/bind"},
                     {"device", take.device.text()},
                     {"driver", take.driver.empty() ? boost::json::value(nullptr)
                                                    : boost::json::value(take.driver)}});
  return steps;
}

/// Of a change to a VM: do its devices?
bool waits_for_reboot(const Analysis& host, const std::string& vm) {
  const auto to_take = host.to_take();
  const auto& all = host.vms().assignments;
  const auto own = std::ranges::find(all, vm, [](const auto& one) { return one.vm->uuid; });
  return std::ranges::any_of(host.snapshot().functions, [&](const Function& function) {
    const bool concerned = vm.empty() || (own != all.end() && own->wants_here(function.address));
    if (!concerned) return false;
    const auto access = host.dom0_access(function);
    const bool is_hidden_now =
        function.driver == "pciback" || std::ranges::count(to_take, function.address) != 0;
    return (access == Dom0Access::disable_on_reboot && !is_hidden_now) ||
           access == Dom0Access::enable_on_reboot;
  });
}

/// Beside what the change itself has to say.
std::vector<Finding> standing_dangers(const Analysis& host, const std::vector<Finding>& said) {
  auto dangers = dangers_of_next_boot(host);
  std::erase_if(dangers, [&](const Finding& one) {
    return std::ranges::any_of(said, [&](const Finding& other) {
      return other.code == one.code && other.device == one.device;
    });
  });
  return dangers;
}

/// Of each entry but ours, which are copies.
std::vector<std::vector<std::string>> xen_lines(const BootFile& file) {
  std::vector<std::vector<std::string>> lines;
  for (const auto& entry : file.entries)
    if (!is_own(file.loader, entry)) lines.push_back(entry.xen_arguments);
  return lines;
}

/// Does Xen boot with another line than before?
bool sets_xen_arguments(const Decision& decision) {
  return !decision.plan.files.empty() &&
         xen_lines(decision.before.boot().file) != xen_lines(decision.after.boot().file);
}

/// Does it change what the next boot does?
bool changes_next_boot(const Decision& decision) {
  return decision.plan.mark || sets_xen_arguments(decision) ||
         decision.before.rules().reached != decision.after.rules().reached;
}

}  // namespace
}  // namespace reports

boost::json::object report_change(const Decision& decision, const Outcome& outcome,
                                  const Analysis& now) {
  using namespace reports;
  object reply = {{"schema", schema},
                  {"changed", outcome.changed},
                  {"dry_run", outcome.dry_run},
                  {"refused", !decision.refusals.empty()}};
  const bool hypothetical = outcome.dry_run && !decision.plan.files.empty();
  const Analysis& host = hypothetical ? decision.after : now;
  reply["reboot_required"] = waits_for_reboot(host, decision.vm) || sets_xen_arguments(decision) ||
                             trial_of(host).stage == TrialStage::armed;
  reply["plan"] = plan_json(decision.plan);
  reply["backup"] = outcome.backups.empty() ? boost::json::value(nullptr)
                                            : boost::json::value(outcome.backups.front());
  reply["findings"] = findings_json(decision.findings);
  reply["refusals"] = findings_json(decision.refusals);
  if (reply["reboot_required"].as_bool())
    if (auto dangers = standing_dangers(host, decision.findings); !dangers.empty())
      reply["dangers"] = findings_json(std::move(dangers));
  array notices(outcome.notices.begin(), outcome.notices.end());
  for (const auto& notice : decision.notices) notices.emplace_back(notice);
  if (!outcome.taken.empty()) reply["hidden_now"] = addresses_json(outcome.taken);
  if (!notices.empty()) reply["remarks"] = std::move(notices);
  put_selected(reply, decision.selected);
  if (reply["reboot_required"].as_bool() && decision.vm.empty()) {
    put_way_back(reply, hypothetical ? decision.after : now);
    if (!changes_next_boot(decision)) reply["reboot_was_required"] = true;
  }
  if (decision.vm.empty()) reply["rules"] = rules_of_host(now);
  if (!decision.vm.empty() || !decision.plan.vm_fields.empty())
    reply["assignments"] = assignments_of_pool(now);
  return reply;
}

}  // namespace pci_passthrough
