#include "plugin/model/isolation.hpp"

#include <algorithm>

#include "plugin/model/acs.hpp"

namespace pci_passthrough {
namespace {

using Groups = std::map<PciAddress, PciAddress>;
using Leader = std::optional<PciAddress>;

/// VMD, whose name the requests of its segment bear (pci.h pci_real_dma_dev).
std::optional<PciAddress> vmd_above(const Function& function) {
  std::optional<PciAddress> vmd;
  for (const auto& address : function.path)
    if (address.segment != function.address.segment) vmd = address;
  return vmd;
}

struct Grouping {
  const Snapshot& snapshot;
  Groups groups{};

  Leader group_of(const PciAddress& address) const {
    const auto found = groups.find(address);
    return found == groups.end() ? std::nullopt : Leader(found->second);
  }

  /// The functions above this one on its own segment, nearest first; absent where one is missing.
  std::optional<std::vector<const Function*>> bridges_above(const Function& function) const {
    std::vector<const Function*> bridges;
    for (const auto& address : function.path) {
      if (address.segment != function.address.segment) continue;
      bridges.push_back(snapshot.find(address));
      if (!bridges.back()) return std::nullopt;
    }
    std::ranges::reverse(bridges);
    return bridges;
  }

  Leader among_siblings(const Function& function) const {
    std::vector<const Function*> siblings;
    for (const auto& other : snapshot.functions)
      if (other.address < function.address && other.address.same_slot(function.address))
        siblings.push_back(&other);
    const auto several = is_multifunction(function);
    if (siblings.empty() || several == false) return function.address;
    if (!several) return std::nullopt;
    const auto isolated = is_isolated_by_acs(snapshot, function);
    if (!isolated) return std::nullopt;
    if (*isolated) return function.address;
    for (const auto* sibling : siblings) {
      const auto is_apart = is_isolated_by_acs(snapshot, *sibling);
      if (!is_apart) return std::nullopt;
      if (!*is_apart) return group_of(sibling->address);
    }
    return function.address;
  }

  Leader leader(const Function& function) const {
    if (const auto vmd = vmd_above(function)) return group_of(*vmd);
    const auto bridges = bridges_above(function);
    if (!bridges) return std::nullopt;
    for (const auto* bridge : *bridges) {
      const auto conventional = leads_to_conventional(*bridge);
      if (!conventional) return std::nullopt;
      if (*conventional) return group_of(bridge->address);
    }
    bool is_known = true;
    for (const auto* bridge : *bridges) {
      const auto isolated = is_isolated_by_acs(snapshot, *bridge);
      if (isolated == false) return group_of(bridges->front()->address);
      is_known = is_known && isolated;
    }
    return is_known ? among_siblings(function) : std::nullopt;
  }
};

}  // namespace

std::optional<bool> leads_to_conventional(const Function& bridge) {
  if (!bridge.config) return std::nullopt;
  if (!bridge.config->pcie)
    return bridge.config->all_capabilities ? std::optional(true) : std::nullopt;
  const auto type = bridge.config->pcie->type;
  return type == PcieType::pcie_to_pci_bridge || type == PcieType::pci_to_pcie_bridge;
}

Groups isolation_groups(const Snapshot& snapshot) {
  std::vector<const Function*> from_the_root;
  for (const auto& function : snapshot.functions) from_the_root.push_back(&function);
  std::ranges::stable_sort(from_the_root, {}, [](const auto* f) { return f->path.size(); });

  Grouping grouping{snapshot};
  for (const auto* function : from_the_root)
    if (const auto leader = grouping.leader(*function))
      grouping.groups.emplace(function->address, *leader);
  return grouping.groups;
}

}  // namespace pci_passthrough
