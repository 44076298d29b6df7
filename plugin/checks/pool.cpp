#include <fmt/format.h>

#include <map>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/pool_spread.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char evidence_of_plugin[] = "/etc/xapi.d/plugins/pci-passthrough";

std::string beginning(const Spread& spread) {
  return spread.preferred.empty()
             ? fmt::format("The VM '{}' may start on any host", spread.vm->name)
             : fmt::format("The VM '{}' prefers {}, but may start on any host", spread.vm->name,
                           spread.preferred);
}

Reason difference(const Spread& spread) {
  Names parts;
  for (const auto& [what, hosts] : spread.hosts)
    parts.push_back(fmt::format("{} on {}", what, joined(hosts)));
  return {.message = fmt::format("{}. {} is {}.", beginning(spread), spread.address.text(),
                                 joined(parts, "; ")),
          .evidence = evidence_in(*spread.vm, "affinity"),
          .device = spread.address,
          .vm = spread.vm->uuid};
}

Reason doubt(const Spread& spread) {
  return {.message = fmt::format("Unknown what {} is on {}: cannot read the devices there. {}.",
                                 spread.address.text(), joined(spread.unknown), beginning(spread)),
          .evidence = evidence_of_plugin,
          .state = FindingState::unknown,
          .device = spread.address,
          .vm = spread.vm->uuid,
          .remedy = Remedy{"Install the plugin there, see that the host is on, and try again."}};
}

Reasons pool_version_mismatch(const Pool& pool) {
  std::map<std::string, Names> hosts;
  Names unknown;
  for (const auto* host : by_name(pool)) {
    const auto version = host->reply ? host->reply->plugin_version : "";
    (version.empty() ? unknown : hosts[version]).push_back(host->name);
  }
  Names parts;
  for (const auto& [version, names] : hosts)
    parts.push_back(fmt::format("{} on {}", version, joined(names)));
  if (parts.size() > 1)
    return {{fmt::format("Hosts have different versions of the plugin: {}. They may judge the same "
                         "thing differently.",
                         joined(parts, "; ")),
             evidence_of_plugin}};
  if (unknown.empty()) return {};
  return {{.message = fmt::format("Unknown which version of the plugin is on {}: cannot read its "
                                  "answer.",
                                  joined(unknown)),
           .evidence = evidence_of_plugin,
           .state = FindingState::unknown,
           .remedy = Remedy{"Install the plugin there, see that the host is on, and try again."}}};
}
constexpr auto pool_version_mismatch_row = row<pool_version_mismatch>({
    .code = "pool-version-mismatch",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The hosts of the pool have different versions of the plugin.",
    .fires = "Two hosts answered with different versions. Unknown of a host that did not answer.",
    .rests_on = "A plugin is a file on each host; xapi looks for it on the host that is asked, and "
                "copies none (plugin/probe/README.md, \"What xapi's codes mean of a host\").",
    .remedy = "Install the same package on every host.",
});

Remedy start_on(const Spread& spread) {
  return {
      fmt::format("Start it on its host alone: xe vm-start uuid={} on=HOST; and let neither HA "
                  "nor auto_poweron start it.",
                  spread.vm->uuid)};
}

Reasons vm_address_on_other_host_dangerous(const Pool& pool) {
  if (const auto why = pool.unreadable.find("VM"); why != pool.unreadable.end())
    return {{.message = fmt::format("Unknown what VMs would take on each host: cannot read the VMs "
                                    "from xapi ({}).",
                                    why->second),
             .evidence = "/var/lib/xcp/xapi: VM",
             .state = FindingState::unknown,
             .remedy = Remedy{"See whether xapi runs (xe host-list), and try again."}}};
  Reasons reasons;
  for (const auto& spread : spreads_of(pool))
    if (spread.differs() && spread.used) {
      reasons.push_back(difference(spread));
      reasons.back().remedy = start_on(spread);
    } else if (!spread.unknown.empty()) {
      reasons.push_back(doubt(spread));
    }
  return reasons;
}
constexpr auto vm_address_on_other_host_dangerous_row = row<vm_address_on_other_host_dangerous>({
    .code = "vm-address-on-other-host-dangerous",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "On a host where a VM may start, its address is a device that dom0 uses.",
    .fires = "A VM that does not stay on its host names an address that is not the same device on "
             "every host, and dom0 uses it on one. Unknown of a host that did not answer.",
    .rests_on = "A VM's start takes what lies at the address, in use or not "
                "(plugin/model/README.md, \"What a VM's start does\"); an affinity is a preference "
                "(plugin/model/README.md, \"Which VM may start where\").",
    .remedy = "Start it with xe vm-start on=HOST, and let neither HA nor auto_poweron start it.",
});

Remedy prefer_host(const Spread& spread) {
  return {
      fmt::format("Let it prefer its host, and take it out of HA: xe vm-param-set uuid={} "
                  "affinity=HOST ha-restart-priority=.",
                  spread.vm->uuid)};
}

Reasons vm_address_on_other_host_differs(const Pool& pool) {
  Reasons reasons;
  for (const auto& spread : spreads_of(pool)) {
    if (!spread.differs() || spread.used) continue;
    reasons.push_back(difference(spread));
    const bool stays = !spread.preferred.empty() && !is_moved_by_ha(pool, *spread.vm);
    if (stays) reasons.back().severity = Severity::info;
    reasons.back().remedy = stays ? Remedy{} : prefer_host(spread);
  }
  return reasons;
}
constexpr auto vm_address_on_other_host_differs_row = row<vm_address_on_other_host_differs>({
    .code = "vm-address-on-other-host-differs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "On a host where a VM may start, its address is another device.",
    .fires = "A VM that does not stay on its host names an address that is not the same device on "
             "every host, and dom0 uses it on none. An information where the VM prefers a host and "
             "HA does not move it.",
    .rests_on = "The entry is not of one host: xapi starts the VM elsewhere with the same "
                "addresses (plugin/model/README.md, \"Which VM may start where\").",
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
