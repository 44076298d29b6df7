#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {
namespace {

std::vector<PciAddress> wanted_of(const VmAssignment& assignment, const Trial& trial) {
  std::vector<PciAddress> wanted;
  for (const auto& device : trial.devices)
    if (assignment.wants_here(device)) wanted.push_back(device);
  return wanted;
}

Reason starting(const VmAssignment& assignment, const std::vector<PciAddress>& wanted,
                bool is_certain) {
  const auto& uuid = assignment.vm->uuid;
  const auto what = fmt::format(
      "{} has {}. Should the trial not be confirmed, the host boots with dom0's driver "
      "there, and the VM takes it from dom0 when it starts",
      the_vm(assignment), texts(wanted));
  return {.message = is_certain
                         ? what + " by itself."
                         : fmt::format("{}. Unknown whether it starts by itself: cannot read "
                                       "auto_poweron or HA of the pool from xapi.",
                                       what),
          .evidence = evidence_in(*assignment.vm, "other_config:auto_poweron"),
          .state = is_certain ? FindingState::found : FindingState::unknown,
          .device = wanted.front(),
          .vm = uuid,
          .remedy = Remedy{fmt::format("Keep it from starting by itself until the trial is "
                                       "confirmed: xe vm-param-set uuid={} "
                                       "other-config:auto_poweron=false ha-restart-priority=.",
                                       uuid)}};
}

Reasons trial_vm_starts(const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.stage == TrialStage::none || trial.stage == TrialStage::over) return {};
  if (!vms_are_known(host.snapshot()))
    return {{.message = fmt::format("Unknown whether a VM that starts by itself wants {}: {}.",
                                    texts(trial.devices), why_vms_are_unknown(host.snapshot())),
             .evidence = "/var/lib/xcp/xapi: VM",
             .state = FindingState::unknown,
             .remedy = Remedy{"Try again when xapi answers: xe vm-list."}}};
  Reasons reasons;
  for (const auto& assignment : host.vms().assignments) {
    const auto wanted = wanted_of(assignment, trial);
    const auto starts = starts_by_itself(*host.snapshot().pool, *assignment.vm);
    if (!wanted.empty() && starts != false)
      reasons.push_back(starting(assignment, wanted, starts.has_value()));
  }
  return reasons;
}
constexpr auto trial_vm_starts_row = row<trial_vm_starts>({
    .code = "trial-vm-starts",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "A VM that starts by itself would take a device of the trial from a running dom0.",
    .fires = "A VM that starts by itself here names a device that the trial alone hides: after a "
             "trial that nobody confirms, dom0 has it when the VM starts. Unknown where xapi does "
             "not tell.",
    .rests_on =
        "The start of a VM unbinds whatever driver has the device, and does not ask whether "
        "dom0 uses it (plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "Keep the VM from starting by itself until the trial is confirmed.",
});

}  // namespace

std::span<const Check> trial_vms() {
  static constexpr Check rows[] = {trial_vm_starts_row};
  return rows;
}

}  // namespace pci_passthrough::checks
