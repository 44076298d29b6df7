#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/guard_remedy.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons vm_not_pinned_to_host(const Analysis& host, const VmAssignment& assignment) {
  const Pool& pool = *host.snapshot().pool;
  const bool is_pinned = !pool.this_host.empty() && assignment.vm->affinity == pool.this_host;
  if (!assignment.may_be_here() || is_pinned || pool.hosts.size() < 2 ||
      assignment.entry.plugged().empty())
    return {};
  constexpr char what[] = "Let it prefer this host";
  const auto by_hand = fmt::format("xe vm-param-set uuid={} affinity={}", assignment.vm->uuid,
                                   host.snapshot().host.uuid);
  const bool can = pool.hosts.contains(pool.this_host);
  return {{.message = fmt::format("The VM '{}' has no affinity to this host. It may start on "
                                  "another, and take what lies at these addresses there.",
                                  assignment.vm->name),
           .evidence = evidence_in(*assignment.vm, "affinity"),
           .remedy = can ? guard_remedy(assignment, what, by_hand)
                         : Remedy{fmt::format("{}: {}.", what, by_hand)}}};
}
constexpr auto vm_not_pinned_to_host_row = row<vm_not_pinned_to_host>({
    .code = "vm-not-pinned-to-host",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM with devices of this host may start on another host.",
    .fires = "A VM with a device runs or may start here, has no affinity to this host, and the "
             "pool has more hosts.",
    .rests_on = "xapi looks at no device when it places a VM, and the entry names the same "
                "addresses there (xapi_vm_helpers.ml assert_can_boot_here; plugin/model/README.md, "
                "\"Which VM may start where\").",
    .remedy = "Let it prefer this host: assign vm=VM guards=true, or xe vm-param-set uuid=VM "
              "affinity=HOST.",
});

Reasons ha_protected_with_pci(const Analysis& host, const VmAssignment& assignment) {
  const auto& priority = assignment.vm->ha_restart_priority;
  const auto enabled = host.snapshot().pool->ha_enabled;
  if (priority.empty() || enabled == false || assignment.entry.plugged().empty()) return {};
  const auto& name = assignment.vm->name;
  return {{.message = enabled
                          ? fmt::format("HA restarts the VM '{}' ({}) wherever there is room. "
                                        "Its addresses are other devices there.",
                                        name, priority)
                          : fmt::format("Unknown whether HA restarts the VM '{}' ({}) elsewhere: "
                                        "cannot read ha_enabled of the pool from xapi.",
                                        name, priority),
           .evidence = evidence_in(*assignment.vm, "ha_restart_priority"),
           .state = enabled ? FindingState::found : FindingState::unknown,
           .remedy = Remedy{fmt::format("Take it out of HA: xe vm-param-set uuid={} "
                                        "ha-restart-priority=.",
                                        assignment.vm->uuid)}}};
}
constexpr auto ha_protected_with_pci_row = row<ha_protected_with_pci>({
    .code = "ha-protected-with-pci",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "HA would start a VM with devices on another host.",
    .fires = "A VM with a device has an HA restart priority, and HA is on. Unknown where xapi does "
             "not tell whether HA is on.",
    .rests_on = "HA places a VM like any start does, without a look at its devices "
                "(plugin/model/README.md, \"Which VM may start where\").",
    .remedy = "Take it out of HA: xe vm-param-set uuid=VM ha-restart-priority=.",
});

Reasons evacuate_blockers(const Analysis& host) {
  if (!vms_are_known(host.snapshot()) || host.snapshot().pool->hosts.size() < 2) return {};
  std::vector<std::string> names;
  for (const auto& [ref, vm] : host.snapshot().pool->vms)
    if (is_running(vm) && !vm.is_control_domain && !vm.attached_pcis.empty() &&
        place_of(*host.snapshot().pool, vm) == Place::here)
      names.push_back(in_quotes(vm.name));
  if (names.empty()) return {};
  std::ranges::sort(names);
  return {{fmt::format("{} {} devices of this host. The host cannot be evacuated while {}.",
                       joined(names), names.size() == 1 ? "has" : "have",
                       names.size() == 1 ? "it runs" : "they run"),
           "/var/lib/xcp/xapi: VM.attached_PCIs"}};
}
constexpr auto evacuate_blockers_row = row<evacuate_blockers>({
    .code = "evacuate-blockers",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "VMs that have devices now cannot move to another host.",
    .fires = "A VM that runs here has attached PCI devices, and the pool has more hosts.",
    .rests_on = "With attached_PCIs xapi refuses to migrate, suspend or checkpoint a VM "
                "(xapi_vm_lifecycle.ml VM_HAS_PCI_ATTACHED; plugin/model/README.md, \"Which "
                "devices xapi has on record\").",
    .remedy = "Shut them down before the host is evacuated or the pool is upgraded.",
});

}  // namespace

std::span<const Check> vm_place() {
  static constexpr Check rows[] = {vm_not_pinned_to_host_row, ha_protected_with_pci_row,
                                   evacuate_blockers_row};
  return rows;
}

}  // namespace pci_passthrough::checks
