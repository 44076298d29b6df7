#include "plugin/model/vms.hpp"

#include <algorithm>

namespace pci_passthrough {

bool is_running(const VmRecord& vm) {
  return vm.power_state == "Running" || vm.power_state == "Paused";
}

std::optional<bool> starts_by_itself(const Pool& pool, const VmRecord& vm) {
  const auto by_itself = vm.auto_poweron ? pool.auto_poweron : false;
  const auto by_ha = vm.ha_restart_priority == "restart" ? pool.ha_enabled : false;
  if (by_itself == true || by_ha == true) return true;
  return by_itself && by_ha ? std::optional(false) : std::nullopt;
}

bool vms_are_known(const Snapshot& snapshot) {
  return snapshot.pool && !snapshot.pool->unreadable.contains("VM");
}

std::string why_vms_are_unknown(const Snapshot& snapshot) {
  const auto& unreadable = snapshot.pool ? snapshot.pool->unreadable : snapshot.unreadable;
  const auto found = unreadable.find(snapshot.pool ? "VM" : "xapi");
  return found == unreadable.end() ? "xapi did not answer" : found->second;
}

std::string evidence_in(const VmRecord& vm, std::string_view field) {
  return "/var/lib/xcp/xapi: VM." + std::string(field) + " of " + vm.uuid;
}

bool takes_vms(const Pool& pool, const std::string& host) {
  const auto found = pool.hosts.find(host);
  return found != pool.hosts.end() && found->second.enabled != false && found->second.live != false;
}

Place place_of(const Pool& pool, const VmRecord& vm) {
  const bool known = !pool.this_host.empty();
  if (known && is_running(vm) && !vm.resident_on.empty())
    return vm.resident_on == pool.this_host ? Place::here : Place::elsewhere;
  if (known && !is_running(vm) && takes_vms(pool, vm.affinity))
    return vm.affinity == pool.this_host ? Place::here : Place::preferred_elsewhere;
  return pool.hosts.size() == 1 ? Place::here : Place::anywhere;
}

VmAssignment vm_assignment(const Pool& pool, const std::string& ref, const VmRecord& vm) {
  return {ref, &vm, parse_vm_entry(vm.pci.value_or("")), place_of(pool, vm)};
}

std::vector<VmAssignment> vm_assignments(const Snapshot& snapshot) {
  std::vector<VmAssignment> assignments;
  if (!vms_are_known(snapshot)) return assignments;
  for (const auto& [ref, vm] : snapshot.pool->vms)
    if (vm.pci && !vm.is_control_domain)
      assignments.push_back(vm_assignment(*snapshot.pool, ref, vm));
  std::ranges::stable_sort(assignments, {},
                           [](const auto& assignment) { return assignment.vm->name; });
  return assignments;
}

}  // namespace pci_passthrough
