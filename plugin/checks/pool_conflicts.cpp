#include <algorithm>
#include <map>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/clash.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Vms = std::vector<const VmWish*>;
using Refs = std::vector<std::string>;

std::vector<VmWish> wishes_in(const Pool& pool) {
  std::vector<VmWish> wishes;
  for (const auto& [ref, vm] : pool.vms)
    if (vm.pci && !vm.is_control_domain && !vm.is_template && !vm.is_snapshot)
      wishes.push_back(wish_of(pool, ref, vm));
  std::ranges::stable_sort(wishes, {}, [](const auto& wish) { return wish.vm->name; });
  return wishes;
}

/// Where it runs or prefers to; else every host.
Refs hosts_of(const Pool& pool, const VmRecord& vm) {
  const auto& own = is_running(vm) ? vm.resident_on : vm.affinity;
  if (takes_vms(pool, own) || (is_running(vm) && !own.empty())) return {own};
  Refs all;
  for (const auto& [ref, host] : pool.hosts) all.push_back(ref);
  return all;
}

/// Who wants the same device, and on which hosts.
std::map<std::pair<PciAddress, Vms>, Refs> clashes_in(const Pool& pool,
                                                      const std::vector<VmWish>& wishes) {
  std::map<std::pair<PciAddress, std::string>, Vms> by_device;
  for (const auto& wish : wishes)
    for (const auto& host : hosts_of(pool, *wish.vm))
      for (const auto& address : wish.entry.plugged()) by_device[{address, host}].push_back(&wish);
  std::map<std::pair<PciAddress, Vms>, Refs> clashes;
  for (const auto& [device, vms] : by_device)
    if (vms.size() > 1) clashes[{device.first, vms}].push_back(device.second);
  return clashes;
}

std::string names_of_hosts(const Pool& pool, const Refs& refs) {
  Refs names;
  if (refs.size() == pool.hosts.size() && refs.size() > 1) return "every host";
  for (const auto& ref : refs) {
    const auto host = pool.hosts.find(ref);
    names.push_back(host == pool.hosts.end() ? ref : host->second.name);
  }
  return joined(names);
}

}  // namespace

Reasons wanted_by_two_in_pool(const Pool& pool) {
  if (const auto why = pool.unreadable.find("VM"); why != pool.unreadable.end())
    return {{"it cannot be told which VMs want the same device: " + why->second,
             "/var/lib/xcp/xapi: VM", FindingState::unknown}};
  const auto wishes = wishes_in(pool);
  Reasons reasons;
  for (const auto& [device, hosts] : clashes_in(pool, wishes)) {
    const auto& [address, vms] = device;
    const auto clash = clash_of(pool, vms);
    reasons.push_back({names_of(vms) + " want " + address.text() + " on " +
                           names_of_hosts(pool, hosts) + clash.end,
                       evidence_in(*vms.front()->vm, "other_config:pci"),
                       clash.state,
                       address,
                       {},
                       clash.severity});
  }
  return reasons;
}

}  // namespace pci_passthrough::checks
