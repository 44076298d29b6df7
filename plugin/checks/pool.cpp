#include <algorithm>
#include <map>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Names = std::vector<std::string>;

constexpr char evidence_of_plugin[] = "/etc/xapi.d/plugins/pci-passthrough";

std::vector<const HostRecord*> by_name(const Pool& pool) {
  std::vector<const HostRecord*> hosts;
  for (const auto& [ref, host] : pool.hosts) hosts.push_back(&host);
  std::ranges::stable_sort(hosts, {}, &HostRecord::name);
  return hosts;
}

bool has_answered(const HostRecord& host) { return host.reply && host.reply->answered(); }

bool is_moved_by_ha(const Pool& pool, const VmRecord& vm) {
  return !vm.ha_restart_priority.empty() && pool.ha_enabled != false;
}

/// An affinity is a preference: the VM starts elsewhere when that host has no room. One that runs
/// and prefers its host stays, but for HA.
bool may_start_anywhere(const Pool& pool, const VmRecord& vm) {
  const bool stays = is_running(vm) && takes_vms(pool, vm.affinity) && !is_moved_by_ha(pool, vm);
  return pool.hosts.size() > 1 && !stays;
}

/// What lies at one address of a VM on each host where it may start.
struct Spread {
  const VmRecord* vm;
  PciAddress address;
  std::string preferred{};               ///< name of a host; "" where the VM prefers none
  std::map<std::string, Names> hosts{};  ///< by what lies there, in words
  bool present = false, used = false;    ///< anywhere; by dom0, anywhere
  Names untold{};                        ///< hosts

  bool differs() const { return present && hosts.size() > 1; }
};

void look_at(const HostRecord& host, Spread& spread) {
  if (!has_answered(host)) return spread.untold.push_back(host.name);
  const auto* device = host.reply->listing.find(spread.address);
  if (!device) return spread.hosts["nothing"].push_back(host.name);
  const auto ids = ids_of(*device);
  if (ids.empty()) return spread.untold.push_back(host.name);
  const auto uses = real_uses_of(*device);
  const auto use = uses.empty() ? "" : ", which dom0 uses (" + joined(uses) + "),";
  spread.hosts[full_name_of(*device) + " [" + ids + "]" + use].push_back(host.name);
  spread.present = true;
  spread.used = spread.used || !uses.empty();
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

std::string beginning(const Spread& spread) {
  const auto& host = spread.preferred;
  return "the VM '" + spread.vm->name + "' " + (host.empty() ? "" : "prefers " + host + ", but ") +
         "may start on any host, and ";
}

Reason difference(const Spread& spread) {
  Names parts;
  for (const auto& [what, hosts] : spread.hosts) parts.push_back(what + " on " + joined(hosts));
  return {beginning(spread) + spread.address.text() + " is " + joined(parts, "; "),
          evidence_in(*spread.vm, "affinity"), FindingState::found, spread.address,
          spread.vm->uuid};
}

Reason doubt(const Spread& spread) {
  return {beginning(spread) + "it cannot be told what " + spread.address.text() + " is on " +
              joined(spread.untold),
          evidence_of_plugin, FindingState::unknown, spread.address, spread.vm->uuid};
}

Reasons pool_version_mismatch(const Pool& pool) {
  std::map<std::string, Names> hosts;
  Names untold;
  for (const auto* host : by_name(pool)) {
    const auto version = host->reply ? host->reply->plugin_version : "";
    (version.empty() ? untold : hosts[version]).push_back(host->name);
  }
  Names parts;
  for (const auto& [version, names] : hosts) parts.push_back(version + " on " + joined(names));
  if (parts.size() > 1)
    return {{"the plugin is not the same everywhere: " + joined(parts, "; "), evidence_of_plugin}};
  if (untold.empty()) return {};
  return {{"it cannot be told which version of the plugin is on " + joined(untold),
           evidence_of_plugin, FindingState::unknown}};
}
constexpr auto pool_version_mismatch_row = row<pool_version_mismatch>({
    .code = "pool-version-mismatch",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the hosts of the pool have different versions of the plugin",
    .fires = "",
    .rests_on = "",
    .remedy = "Install the same package on every host.",
});

Reasons vm_address_on_other_host_dangerous(const Pool& pool) {
  if (const auto why = pool.unreadable.find("VM"); why != pool.unreadable.end())
    return {{"it cannot be told what VMs would take on each host: " + why->second,
             "/var/lib/xcp/xapi: VM", FindingState::unknown}};
  Reasons reasons;
  for (const auto& spread : spreads_of(pool))
    if (spread.differs() && spread.used)
      reasons.push_back(difference(spread));
    else if (!spread.untold.empty())
      reasons.push_back(doubt(spread));
  return reasons;
}
constexpr auto vm_address_on_other_host_dangerous_row = row<vm_address_on_other_host_dangerous>({
    .code = "vm-address-on-other-host-dangerous",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "where a VM may start, its address is a device that dom0 uses there",
    .fires = "",
    .rests_on = "",
    .remedy = "Start it with xe vm-start on=HOST, and let neither HA nor auto_poweron start it.",
});

Reasons vm_address_on_other_host_differs(const Pool& pool) {
  Reasons reasons;
  for (const auto& spread : spreads_of(pool)) {
    if (!spread.differs() || spread.used) continue;
    reasons.push_back(difference(spread));
    if (!spread.preferred.empty() && !is_moved_by_ha(pool, *spread.vm))
      reasons.back().severity = Severity::info;
  }
  return reasons;
}
constexpr auto vm_address_on_other_host_differs_row = row<vm_address_on_other_host_differs>({
    .code = "vm-address-on-other-host-differs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "where a VM may start, its address is another device",
    .fires = "",
    .rests_on = "",
    .remedy =
        "Let it prefer its host: xe vm-param-set uuid=VM affinity=HOST; and take it out of HA.",
});

}  // namespace

std::span<const Check> pool() {
  static constexpr Check rows[] = {pool_version_mismatch_row,
                                   vm_address_on_other_host_dangerous_row,
                                   vm_address_on_other_host_differs_row};
  return rows;
}

}  // namespace pci_passthrough::checks
