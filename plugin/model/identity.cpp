#include "plugin/model/identity.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <iterator>
#include <map>
#include <tuple>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {
namespace {

using Roots = std::set<std::pair<std::uint32_t, std::uint8_t>>;

/// Segment and number of the bus that the function's way begins at.
std::pair<std::uint32_t, std::uint8_t> root_of(const Function& function) {
  const auto& first = function.path.empty() ? function.address : function.path.front();
  return {first.segment, first.bus};
}

Roots roots_of(const Snapshot& snapshot) {
  Roots roots;
  for (const auto& function : snapshot.functions) roots.insert(root_of(function));
  return roots;
}

std::string in_words(const Roots& roots, const Function& function) {
  const auto root = root_of(function);
  const auto first = roots.lower_bound({root.first, 0}), last = roots.upper_bound(root);
  const auto end = roots.lower_bound({root.first + 1, 0});
  return fmt::format("{:04x} {}/{}", root.first, std::distance(first, last),
                     std::distance(first, end));
}

std::string place_of(const Function& function) {
  std::string place;
  for (const auto& hop : function.path)
    place += fmt::format("{:02x}.{:x}/", hop.device, hop.function);
  return place + fmt::format("{:02x}.{:x}", function.address.device, function.address.function);
}

std::set<std::string> stable_ids_of(const Snapshot& snapshot, const Function& function) {
  std::set<std::string> stable_ids;
  const auto serial = function.config ? function.config->serial : std::nullopt;
  if (serial && *serial != 0 && *serial != ~std::uint64_t{0})
    stable_ids.insert(fmt::format("serial {:016x}", *serial));
  const auto stands_on = [&](const auto& thing) {
    return !thing.path.empty() && thing.path.back() == function.address;
  };
  const bool nvme = function.class_code && function.class_code->id() == 0x0108;
  for (const auto& block : snapshot.blocks)
    if (!block.wwid.empty() && stands_on(block))
      stable_ids.insert((nvme ? "nvme " : "disk ") + block.wwid);
  for (const auto& interface : snapshot.interfaces)
    if (!interface.mac.empty() && stands_on(interface)) stable_ids.insert("mac " + interface.mac);
  return stable_ids;
}

std::string kind_of(const Function& function) {
  if (!function.vendor_id || !function.device_id || !function.class_code) return "";
  return fmt::format("{:04x}:{:04x} {:04x}:{:04x} {:04x}", *function.vendor_id, *function.device_id,
                     function.subsystem_vendor_id.value_or(0),
                     function.subsystem_device_id.value_or(0), function.class_code->id());
}

/// What two alike functions bear is no stable id of either.
void part_shared_ids(std::vector<Identity>& identities) {
  std::map<std::tuple<std::string, std::uint8_t, std::string>, int> bearers;
  const auto key = [](const Identity& one, const std::string& id) {
    return std::tuple(one.kind, one.address.function, id);
  };
  for (const auto& one : identities)
    for (const auto& id : one.stable_ids) ++bearers[key(one, id)];
  for (auto& one : identities) {
    auto& shared = one.shared_ids.emplace();
    for (const auto& id : one.stable_ids)
      if (bearers[key(one, id)] > 1) shared.insert(id);
    for (const auto& id : shared) one.stable_ids.erase(id);
  }
}

}  // namespace

std::vector<Identity> identities_now(const Snapshot& snapshot, const std::set<std::string>& kinds) {
  const auto roots = roots_of(snapshot);
  std::vector<Identity> identities;
  for (const auto& function : snapshot.functions) {
    auto kind = kind_of(function);
    if (kind.empty() || !kinds.contains(kind)) continue;
    const auto& name = function.device.empty() ? kind : function.device;
    identities.push_back({function.address, kind, place_of(function), name,
                          stable_ids_of(snapshot, function), in_words(roots, function)});
  }
  part_shared_ids(identities);
  return identities;
}

IdentitiesAt identities_at(const Snapshot& snapshot, const std::set<PciAddress>& addresses) {
  std::set<std::string> kinds;
  for (const auto& address : addresses)
    if (const auto* function = snapshot.find(address)) kinds.insert(kind_of(*function));
  kinds.erase("");
  std::map<std::pair<std::string, std::uint8_t>, std::vector<const Identity*>> alike;
  const auto all = identities_now(snapshot, kinds);
  for (const auto& one : all) alike[{one.kind, one.address.function}].push_back(&one);
  IdentitiesAt at;
  for (const auto& one : all) {
    if (!addresses.contains(one.address)) continue;
    auto& identity = at.emplace(one.address, one).first->second;
    const auto& of_its_kind = alike[{one.kind, one.address.function}];
    if (of_its_kind.size() > most_siblings + 1) continue;
    auto& same_model_siblings = identity.same_model_siblings.emplace();
    for (const auto* other : of_its_kind)
      if (other->address != one.address) same_model_siblings.push_back(other->seat());
  }
  return at;
}

std::optional<Identity> identity_of(const Snapshot& snapshot, const Function& function) {
  auto at = identities_at(snapshot, {function.address});
  return at.empty() ? std::nullopt : std::optional(std::move(at.begin()->second));
}

bool is_same_device(const Identity& a, const Identity& b) {
  const auto all_but_address = [](const Identity& one) {
    return std::tie(one.kind, one.topology_path, one.name, one.stable_ids, one.root,
                    one.same_model_siblings, one.shared_ids);
  };
  return !a.root.empty() && all_but_address(a) == all_but_address(b);
}

}  // namespace pci_passthrough
