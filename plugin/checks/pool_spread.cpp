#include "plugin/checks/pool_spread.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

bool has_answered(const HostRecord& host) { return host.reply && host.reply->answered(); }

/// An affinity is a preference: the VM starts elsewhere when that host has no room. One that runs
/// and prefers its host stays, but for HA.
bool may_start_anywhere(const Pool& pool, const VmRecord& vm) {
  const bool stays = is_running(vm) && takes_vms(pool, vm.affinity) && !is_moved_by_ha(pool, vm);
  return pool.hosts.size() > 1 && !stays;
}

void look_at(const HostRecord& host, Spread& spread) {
  if (!has_answered(host)) return spread.unknown.push_back(host.name);
  const auto* device = host.reply->listing.find(spread.address);
  if (!device) return spread.hosts["nothing"].push_back(host.name);
  const auto ids = ids_of(*device);
  if (ids.empty()) return spread.unknown.push_back(host.name);
  const auto uses = real_uses_of(*device);
  const auto use = uses.empty() ? "" : fmt::format(", which dom0 uses ({}),", joined(uses));
  spread.hosts[fmt::format("{} [{}]{}", full_name_of(*device), ids, use)].push_back(host.name);
  spread.present = true;
  spread.used = spread.used || !uses.empty();
}

}  // namespace

std::vector<const HostRecord*> by_name(const Pool& pool) {
  std::vector<const HostRecord*> hosts;
  for (const auto& [ref, host] : pool.hosts) hosts.push_back(&host);
  std::ranges::stable_sort(hosts, {}, &HostRecord::name);
  return hosts;
}

bool is_moved_by_ha(const Pool& pool, const VmRecord& vm) {
  return !vm.ha_restart_priority.empty() && pool.ha_enabled != false;
}

std::vector<Spread> spreads_of(const Pool& pool) {
  std::vector<Spread> spreads;
  const auto hosts = by_name(pool);
  for (const auto& [ref, vm] : pool.vms) {
    const auto assignment = vm_assignment(pool, ref, vm);
    if (!assignment.starts() || vm.is_control_domain || !may_start_anywhere(pool, vm)) continue;
    for (const auto& address : assignment.entry.plugged()) {
      Spread spread{&vm, address};
      if (takes_vms(pool, vm.affinity)) spread.preferred = pool.hosts.at(vm.affinity).name;
      for (const auto* host : hosts) look_at(*host, spread);
      spreads.push_back(std::move(spread));
    }
  }
  std::ranges::stable_sort(spreads, {}, [](const auto& spread) { return spread.vm->name; });
  return spreads;
}

}  // namespace pci_passthrough::checks
