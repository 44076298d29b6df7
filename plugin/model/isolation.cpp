#include "plugin/model/isolation.hpp"

#include <algorithm>
#include <set>

#include "plugin/model/acs.hpp"
#include "plugin/model/dma_alias.hpp"

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

std::optional<bool> share_a_slot(const Snapshot& snapshot, const Function& one,
                                 const Function& other) {
  if (!one.address.same_slot(other.address)) return false;
  const auto several = is_multifunction(one);
  const auto is_apart = is_isolated_by_acs(snapshot, one);
  const auto is_other_apart = is_isolated_by_acs(snapshot, other);
  if (several == false || is_apart == true || is_other_apart == true) return false;
  return several && is_apart && is_other_apart ? std::optional(true) : std::nullopt;
}

/// Looks for a group that `asked` has to share among those told before it (iommu.c
/// get_pci_alias_group, get_pci_function_alias_group). Where a tie that cannot be told would lead
/// to one, nothing is known.
struct Neighbours {
  const Snapshot& snapshot;
  const Groups& groups;
  const std::set<const Function*>& of_another_name;
  PciAddress asked;
  std::set<PciAddress> seen{};
  bool is_known = true;

  Leader by_alias(const Function& function) {
    if (!seen.insert(function.address).second) return std::nullopt;
    if (function.address < asked) {
      const auto told = groups.find(function.address);
      is_known = is_known && told != groups.end();
      return told == groups.end() ? function.address : told->second;
    }
    const auto are_tied = [this](const Function& one, const Function& other) {
      return of_another_name.contains(&one) || of_another_name.contains(&other)
                 ? are_dma_aliases(one, other)
                 : false;
    };
    return over(function, are_tied, [this](const Function& other) {
      const auto leader = by_alias(other);
      return leader ? leader : by_slot(other);
    });
  }

  Leader by_slot(const Function& function) {
    const auto are_tied = [this](const Function& one, const Function& other) {
      return share_a_slot(snapshot, one, other);
    };
    return over(function, are_tied, [this](const Function& other) { return by_alias(other); });
  }

  template <typename Tied, typename Next>
  Leader over(const Function& function, Tied are_tied, Next next) {
    constexpr auto bus = [](const Function& on) {
      return std::pair(on.address.segment, on.address.bus);
    };
    auto at = std::ranges::lower_bound(snapshot.functions, bus(function), {}, bus);
    for (; at != snapshot.functions.end() && bus(*at) == bus(function); ++at) {
      const Function& other = *at;
      const auto tied = &other == &function ? false : are_tied(function, other);
      const auto leader = tied == false ? Leader() : next(other);
      is_known = is_known && (tied || !leader);
      if (leader) return leader;
    }
    return std::nullopt;
  }
};

struct Grouping {
  const Snapshot& snapshot;
  Groups groups{};
  std::set<const Function*> of_another_name{};  ///< or of a model that is not known

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

  Leader among_neighbours(const Function& function) const {
    Neighbours neighbours{snapshot, groups, of_another_name, function.address};
    auto leader = neighbours.by_alias(function);
    if (!leader) leader = neighbours.by_slot(function);
    return neighbours.is_known ? leader.value_or(function.address) : Leader();
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
    return is_known ? among_neighbours(function) : std::nullopt;
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
  for (const auto& function : snapshot.functions)
    if (!bears_its_own_name(function)) grouping.of_another_name.insert(&function);
  for (const auto* function : from_the_root)
    if (const auto leader = grouping.leader(*function))
      grouping.groups.emplace(function->address, *leader);
  return grouping.groups;
}

}  // namespace pci_passthrough
