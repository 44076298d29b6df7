#include <algorithm>

#include "plugin/probe/records.hpp"

namespace pci_passthrough {
namespace {

/// How the upper and the lower PIF each name what lies between them. A field is a ref or a set.
struct Link {
  std::string_view upper, lower;
};
constexpr Link links[] = {
    {"bond_master_of", "bond_slave_of"},
    {"VLAN_master_of", "VLAN_slave_of"},
    {"tunnel_access_PIF_of", "tunnel_transport_PIF_of"},
    {"sriov_logical_PIF_of", "sriov_physical_PIF_of"},
};

std::vector<std::string> refs_in(const boost::json::object& record, std::string_view name) {
  auto refs = texts_in(record, name);
  if (const auto one = ref_in(record, name); !one.empty()) refs.push_back(one);
  std::erase(refs, "OpaqueRef:NULL");
  return refs;
}

bool is_told(const boost::json::object& record, std::string_view name) {
  const auto* value = record.if_contains(name);
  if (!value || value->is_string()) return true;
  const auto* array = value->if_array();
  return array && std::ranges::all_of(*array, [](const auto& item) { return item.is_string(); });
}

}  // namespace

bool PifLinks::note(const std::string& ref, const boost::json::object& record) {
  bool told = true;
  for (const auto& link : links) {
    told = told && is_told(record, link.upper) && is_told(record, link.lower);
    for (const auto& object : refs_in(record, link.upper)) above_[object].push_back(ref);
    for (const auto& object : refs_in(record, link.lower)) below_[object].push_back(ref);
  }
  return told;
}

void PifLinks::fill(Pool& pool) const {
  for (const auto& [object, uppers] : above_) {
    const auto lowers = below_.find(object);
    if (lowers == below_.end()) continue;
    for (const auto& upper : uppers) {
      auto& below = pool.pifs[upper].below;
      below.insert(below.end(), lowers->second.begin(), lowers->second.end());
    }
  }
}

}  // namespace pci_passthrough
