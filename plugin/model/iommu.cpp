#include "plugin/model/iommu.hpp"

#include <algorithm>
#include <set>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {
namespace {

using Hop = DeviceScope::Hop;

/// A virtual function stands on no way that the firmware knew of.
bool is_at(const Function& function, const Hop& hop) {
  return !function.physical_function && function.address.device == hop.device &&
         function.address.function == hop.function;
}

/// The function at the end of the scope's way, or null.
const Function* end_of(const Snapshot& snapshot, const DeviceScope& scope) {
  const Function* here = nullptr;
  for (const Hop& hop : scope.path) {
    const auto next = std::ranges::find_if(snapshot.functions, [&](const Function& function) {
      if (function.address.segment != scope.segment) return false;
      const bool begins = function.address.bus == scope.start_bus;
      const bool follows = here && !function.path.empty() && function.path.back() == here->address;
      return is_at(function, hop) && (here ? follows : begins);
    });
    if (next == snapshot.functions.end()) return nullptr;
    here = &*next;
  }
  return here;
}

bool holds(const DeviceIds& ids, const PciAddress& address) {
  const auto id = address.bus << 8 | address.device << 3 | address.function;
  return address.segment == ids.segment && id >= ids.first && id <= ids.last;
}

}  // namespace

IommuUse iommu_use(const Snapshot& snapshot) {
  constexpr char xen[] = "/usr/sbin/xl info";
  if (snapshot.iommu.on || !snapshot.pool) return {snapshot.iommu.on, xen};
  const auto host = snapshot.pool->hosts.find(snapshot.pool->this_host);
  if (host == snapshot.pool->hosts.end() || !host->second.iommu) return {{}, xen};
  return {host->second.iommu, "/var/lib/xcp/xapi: host.chipset_info:iommu of " + host->second.uuid};
}

std::vector<PciAddress> owners_of(const Snapshot& snapshot, const ReservedMemory& memory) {
  std::set<PciAddress> owners;
  for (const auto& scope : memory.scopes) {
    const Function* end = end_of(snapshot, scope);
    if (!end) continue;
    if (scope.kind == DeviceScope::Kind::endpoint) owners.insert(end->address);
    for (const auto& function : snapshot.functions)
      if (scope.kind == DeviceScope::Kind::bridge && !function.is_bridge() &&
          std::ranges::count(function.path, end->address) != 0)
        owners.insert(function.address);
  }
  for (const auto& ids : memory.ids)
    for (const auto& function : snapshot.functions)
      if (!function.is_bridge() && holds(ids, function.address)) owners.insert(function.address);
  return {owners.begin(), owners.end()};
}

}  // namespace pci_passthrough
