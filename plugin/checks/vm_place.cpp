#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/guard_remedy.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons vm_not_pinned_to_host(const Analysis& host, const VmAssignment& assignment) {
  const Pool& pool = *host.snapshot().pool;
  const bool is_pinned = !pool.this_host.empty() && assignment.vm->affinity == pool.this_host;
  if (!assignment.may_be_here() || is_pinned || pool.hosts.size() < 2 ||
      assignment.entry.plugged().empty())
    return {};
  const auto by_hand = fmt::format("xe vm-param-set uuid={} affinity={}", assignment.vm->uuid,
                                   host.snapshot().host.uuid);
  const bool is_known = pool.hosts.contains(pool.this_host);
  return {{.message = the_vm(assignment) +
                      " has no affinity to this host: it may start on another, and take what "
                      "lies at these addresses there",
           .evidence = evidence_in(*assignment.vm, "affinity"),
           .remedy = is_known ? guard_remedy(assignment, "Let it prefer this host", by_hand)
                              : Remedy{fmt::format("Let it prefer this host: {}.", by_hand)}}};
}
constexpr auto vm_not_pinned_to_host_row = row<vm_not_pinned_to_host>({
    .code = "vm-not-pinned-to-host",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the VM may start on another host, where the address is another device",
    .fires = "",
    .rests_on = "",
    .remedy = "Let it prefer this host: xe vm-param-set uuid=VM affinity=HOST.",
});

Reasons ha_protected_with_pci(const Analysis& host, const VmAssignment& assignment) {
  const auto& priority = assignment.vm->ha_restart_priority;
  const auto enabled = host.snapshot().pool->ha_enabled;
  if (priority.empty() || enabled == false || assignment.entry.plugged().empty()) return {};
  return {{enabled
               ? "HA restarts " + the_vm(assignment) + " (" + priority + ") wherever there is room"
               : "it cannot be told whether HA is on, which restarts " + the_vm(assignment) + " (" +
                     priority + ")",
           evidence_in(*assignment.vm, "ha_restart_priority"),
           enabled ? FindingState::found : FindingState::unknown}};
}
constexpr auto ha_protected_with_pci_row = row<ha_protected_with_pci>({
    .code = "ha-protected-with-pci",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "HA would start the VM on another host, which has other devices",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it out of HA: xe vm-param-set uuid=VM ha-restart-priority=.",
});

/// xapi_vm_lifecycle.ml VM_HAS_PCI_ATTACHED
Reasons evacuate_blockers(const Analysis& host) {
  if (!vms_are_known(host.snapshot()) || host.snapshot().pool->hosts.size() < 2) return {};
  std::vector<std::string> names;
  for (const auto& [ref, vm] : host.snapshot().pool->vms)
    if (is_running(vm) && !vm.is_control_domain && !vm.attached_pcis.empty() &&
        place_of(*host.snapshot().pool, vm) == Place::here)
      names.push_back(in_quotes(vm.name));
  if (names.empty()) return {};
  std::ranges::sort(names);
  return {{joined(names) + (names.size() == 1 ? " has" : " have") +
               " devices of this host: it cannot be evacuated while they run",
           "/var/lib/xcp/xapi: VM.attached_PCIs"}};
}
constexpr auto evacuate_blockers_row = row<evacuate_blockers>({
    .code = "evacuate-blockers",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "VMs that have devices now cannot move to another host",
    .fires = "",
    .rests_on = "",
    .remedy = "Shut them down before the host is evacuated or the pool is upgraded.",
});

}  // namespace

std::span<const Check> vm_place() {
  static constexpr Check rows[] = {vm_not_pinned_to_host_row, ha_protected_with_pci_row,
                                   evacuate_blockers_row};
  return rows;
}

}  // namespace pci_passthrough::checks
