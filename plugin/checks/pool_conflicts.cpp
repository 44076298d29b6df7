#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugin/checks/clash.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Vms = std::vector<const VmAssignment*>;
using Refs = std::vector<std::string>;

std::vector<VmAssignment> assignments_in(const Pool& pool) {
  std::vector<VmAssignment> assignments;
  for (const auto& [ref, vm] : pool.vms)
    if (vm.pci && !vm.is_control_domain && !vm.is_template && !vm.is_snapshot)
      assignments.push_back(vm_assignment(pool, ref, vm));
  std::ranges::stable_sort(assignments, {},
                           [](const auto& assignment) { return assignment.vm->name; });
  return assignments;
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
std::map<std::pair<PciAddress, Vms>, Refs> clashes_in(
    const Pool& pool, const std::vector<VmAssignment>& assignments) {
  std::map<std::pair<PciAddress, std::string>, Vms> by_device;
  for (const auto& assignment : assignments)
    for (const auto& host : hosts_of(pool, *assignment.vm))
      for (const auto& address : assignment.entry.plugged())
        by_device[{address, host}].push_back(&assignment);
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

Reasons device_in_two_vms_of_pool(const Pool& pool) {
  if (const auto why = pool.unreadable.find("VM"); why != pool.unreadable.end())
    return {{.message = fmt::format("Unknown which VMs want the same device: cannot read the VMs "
                                    "from xapi ({}).",
                                    why->second),
             .evidence = "/var/lib/xcp/xapi: VM",
             .state = FindingState::unknown,
             .remedy = Remedy{"See whether xapi runs (xe host-list), and try again."}}};
  const auto assignments = assignments_in(pool);
  Reasons reasons;
  for (const auto& [device, hosts] : clashes_in(pool, assignments)) {
    const auto& [address, vms] = device;
    const auto clash = clash_of(pool, vms);
    reasons.push_back({.message = fmt::format("{} want {} on {}. {}", names_of(vms), address.text(),
                                              names_of_hosts(pool, hosts), clash.follows),
                       .evidence = evidence_in(*vms.front()->vm, "other_config:pci"),
                       .state = clash.state,
                       .device = address,
                       .severity = clash.severity});
  }
  return reasons;
}
constexpr auto device_in_two_vms_of_pool_row = row<device_in_two_vms_of_pool>({
    .code = "device-in-two-vms-of-pool",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "Two VMs want one device of the same host.",
    .fires = "Two VMs that run on, prefer or may start on one host name the same address. An error "
             "where one of them runs or starts by itself, a warning while all are off. Unknown "
             "where xapi does not tell the VMs, or whether they start by themselves.",
    .rests_on = "xapi does not ask whether another VM has the device (plugin/model/README.md, "
                "\"Which VM may start where\").",
    .remedy = "Take it from one of them (unassign, on that host), or let one prefer another host.",
});

}  // namespace

std::span<const Check> pool_conflicts() {
  static constexpr Check rows[] = {device_in_two_vms_of_pool_row};
  return rows;
}

}  // namespace pci_passthrough::checks
