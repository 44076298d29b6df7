#include "plugin/model/vms.hpp"

#include <algorithm>

namespace pci_passthrough {

bool is_running(const VmRecord& vm) {
  return vm.power_state == "Running" || vm.power_state == "Paused";
}

bool starts_by_itself(const VmRecord& vm) {
  return vm.auto_poweron || vm.ha_restart_priority == "restart";
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

Place place_of(const Pool& pool, const VmRecord& vm) {
  const auto& host = is_running(vm) ? vm.resident_on : vm.affinity;
  if (!host.empty() && !pool.this_host.empty())
    return host == pool.this_host ? Place::here : Place::elsewhere;
  return pool.hosts.size() == 1 ? Place::here : Place::anywhere;
}

VmWish wish_of(const Pool& pool, const std::string& ref, const VmRecord& vm) {
  return {ref, &vm, parse_vm_entry(vm.pci.value_or("")), place_of(pool, vm)};
}

std::vector<VmWish> wishes_of(const Snapshot& snapshot) {
  std::vector<VmWish> wishes;
  if (!vms_are_known(snapshot)) return wishes;
  for (const auto& [ref, vm] : snapshot.pool->vms)
    if (vm.pci && !vm.is_control_domain) wishes.push_back(wish_of(*snapshot.pool, ref, vm));
  std::ranges::stable_sort(wishes, {}, [](const auto& wish) { return wish.vm->name; });
  return wishes;
}

}  // namespace pci_passthrough
