#include <algorithm>

#include "plugin/model/paths.hpp"
#include "plugin/model/sr_account.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

bool stands_on(const std::vector<PciAddress>& functions, const Function& function) {
  return std::ranges::count(functions, function.address) != 0;
}

/// What is lost with it: itself, the bridges above it, its physical function; every bridge where
/// the way to it cannot be read.
void add_with_way(const Snapshot& snapshot, const Function& function, std::set<PciAddress>& all) {
  all.insert(function.address);
  all.insert(function.path.begin(), function.path.end());
  if (function.physical_function) all.insert(*function.physical_function);
  if (function.unread.empty()) return;
  for (const auto& other : snapshot.functions)
    if (other.is_bridge()) all.insert(other.address);
}

bool has_usb_disks(const Snapshot& snapshot, const Function& function) {
  const auto& unreadable = snapshot.unreadable;
  return unreadable.contains(paths::block_devices) || unreadable.contains("/sys/block") ||
         std::ranges::any_of(snapshot.blocks, [&](const BlockDevice& block) {
           return !block.unread.empty() || (block.usb && stands_on(block.path, function));
         });
}

bool may_carry_disks(const Snapshot& snapshot, const Function& function) {
  if (!function.class_code) return true;
  return function.class_code->is_disk_adapter() ||
         (function.class_code->is_usb() && has_usb_disks(snapshot, function));
}

/// The NICs that may lead to a server: those below a plugged PIF, or below an interface with a
/// route.
class NicsInUse {
 public:
  explicit NicsInUse(const Snapshot& snapshot)
      : any_(!snapshot.pool || !why_networks_are_untold(snapshot).empty() ||
             snapshot.routes.empty()) {
    for (const auto& use : plugged_networks(snapshot)) add(use.functions, use.known);
    for (const auto& route : snapshot.routes) {
      const auto path = path_of_interface(snapshot, route.interface, "");
      add(path.functions, path.known);
    }
  }

  bool may_have(const Function& function) const {
    if (!function.class_code || (any_ && function.class_code->is_network())) return true;
    return functions_.contains(function.address);
  }

 private:
  void add(const std::vector<PciAddress>& functions, bool are_all) {
    functions_.insert(functions.begin(), functions.end());
    any_ |= !are_all;
  }

  std::set<PciAddress> functions_;
  bool any_;  ///< any NIC
};

bool is_out_of_its_way(const SrAccount& account, const Function& function) {
  return account.unknown.empty() || (function.driver == "pciback" && account.plugged_now == true);
}

}  // namespace

std::string why_srs_are_untold(const Snapshot& snapshot) {
  if (snapshot.pool) return why_untold(snapshot, {"PBD", "SR"});
  const auto silent = snapshot.unreadable.find("xapi");
  return silent == snapshot.unreadable.end() ? "" : silent->second;
}

std::string why_networks_are_untold(const Snapshot& snapshot) {
  return snapshot.pool ? why_untold(snapshot, {"PIF"}) : why_srs_are_untold(snapshot);
}

SrSuspects sr_suspects(const Snapshot& snapshot) {
  const NicsInUse nics(snapshot);
  SrSuspects suspects;
  for (const auto& function : snapshot.functions) {
    if (may_carry_disks(snapshot, function)) add_with_way(snapshot, function, suspects.disks);
    if (nics.may_have(function)) add_with_way(snapshot, function, suspects.networks);
  }
  return suspects;
}

bool SrSuspects::may_carry_disks_of(const SrAccount& account, const Function& function) const {
  return account.may_be_on_disks && disks.contains(function.address) &&
         !is_out_of_its_way(account, function);
}

bool SrSuspects::may_lead_to(const SrAccount& account, const Function& function) const {
  return account.may_be_on_nics && networks.contains(function.address) &&
         !is_out_of_its_way(account, function);
}

}  // namespace pci_passthrough
