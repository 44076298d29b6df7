#include "plugin/model/identity.hpp"

#include <fmt/format.h>
#include <algorithm>
#include <map>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {
namespace {

/// How surely a function is the one that was meant.
enum class Likeness { none, kind, place, marks };

std::string_view category(std::string_view mark) { return mark.substr(0, mark.find(' ')); }

/// Disks are changed behind a controller that stays; nothing else of it is.
bool lasts(std::string_view mark) { return category(mark) != "disk"; }

bool contradict(const Identity& a, const Identity& b) {
  return std::ranges::any_of(a.marks, [&](const std::string& mark) {
    const auto same_category = [&](const std::string& other) {
      return category(other) == category(mark);
    };
    return lasts(mark) && std::ranges::any_of(b.marks, same_category) &&
           std::ranges::none_of(b.marks, [&](const std::string& other) {
             return same_category(other) && a.marks.contains(other);
           });
  });
}

std::string place_of(const Function& function) {
  std::string place;
  for (const auto& hop : function.path)
    place += fmt::format("{:02x}.{:x}/", hop.device, hop.function);
  return place + fmt::format("{:02x}.{:x}", function.address.device, function.address.function);
}

std::set<std::string> marks_of(const Snapshot& snapshot, const Function& function) {
  std::set<std::string> marks;
  const auto serial = function.config ? function.config->serial : std::nullopt;
  if (serial && *serial != 0 && *serial != ~std::uint64_t{0})
    marks.insert(fmt::format("serial {:016x}", *serial));
  const auto stands_on = [&](const auto& thing) {
    return !thing.path.empty() && thing.path.back() == function.address;
  };
  const bool nvme = function.class_code && function.class_code->id() == 0x0108;
  for (const auto& block : snapshot.blocks)
    if (!block.wwid.empty() && stands_on(block))
      marks.insert((nvme ? "nvme " : "disk ") + block.wwid);
  for (const auto& interface : snapshot.interfaces)
    if (!interface.mac.empty() && stands_on(interface)) marks.insert("mac " + interface.mac);
  return marks;
}

std::string kind_of(const Function& function) {
  if (!function.vendor_id || !function.device_id || !function.class_code) return "";
  return fmt::format("{:04x}:{:04x} {:04x}:{:04x} {:04x}", *function.vendor_id, *function.device_id,
                     function.subsystem_vendor_id.value_or(0),
                     function.subsystem_device_id.value_or(0), function.class_code->id());
}

Likeness likeness(const Snapshot& snapshot, const Identity& identity, const Function* function) {
  const bool same_kind = function && function->address.function == identity.address.function &&
                         kind_of(*function) == identity.kind;
  if (!same_kind) return Likeness::none;
  const auto now = *identity_of(snapshot, *function);
  if (contradict(identity, now)) return Likeness::none;
  const auto shared = [&](const std::string& mark) { return now.marks.contains(mark); };
  if (std::ranges::any_of(identity.marks, shared)) return Likeness::marks;
  return identity.place == now.place ? Likeness::place : Likeness::kind;
}

}  // namespace

std::optional<Identity> identity_of(const Snapshot& snapshot, const Function& function) {
  auto kind = kind_of(function);
  if (kind.empty()) return std::nullopt;
  const auto& name = function.device.empty() ? kind : function.device;
  return Identity{function.address, kind, place_of(function), name, marks_of(snapshot, function)};
}

namespace {

Located located(const Snapshot& snapshot, const Identity& identity) {
  const auto& all = snapshot.identities;
  const auto is_another = [&](const PciAddress& address) {
    const auto own = std::ranges::find(all, address, &Identity::address);
    return own != all.end() && address != identity.address &&
           likeness(snapshot, *own, snapshot.find(address)) >= Likeness::place;
  };
  Located found;
  auto best = Likeness::kind;
  for (const auto& function : snapshot.functions) {
    const auto now = likeness(snapshot, identity, &function);
    if (now < best || is_another(function.address)) continue;
    if (now > best) found.candidates.clear();
    best = now;
    found.candidates.push_back(function.address);
  }
  const bool here = std::erase(found.candidates, identity.address) != 0;
  const bool several = found.candidates.size() + here > 1;
  if (here && (!several || best >= Likeness::place))
    found = {Whereabouts::here, {}};
  else if (!found.candidates.empty())
    found.whereabouts = several ? Whereabouts::ambiguous : Whereabouts::moved;
  return found;
}

}  // namespace

std::vector<Located> locate(const Snapshot& snapshot) {
  std::map<PciAddress, int> claims;
  std::vector<Located> all;
  for (const auto& identity : snapshot.identities) {
    all.push_back(located(snapshot, identity));
    if (all.back().whereabouts == Whereabouts::moved) ++claims[all.back().candidates.front()];
  }
  for (auto& one : all)
    if (one.whereabouts == Whereabouts::moved && claims[one.candidates.front()] > 1)
      one.whereabouts = Whereabouts::ambiguous;
  return all;
}

}  // namespace pci_passthrough
