#include <algorithm>

#include "plugin/model/sr_account.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

bool stands_on(const std::vector<PciAddress>& functions, const Function& function) {
  return std::ranges::count(functions, function.address) != 0;
}

/// Is `function` this one, or a bridge above it, or its physical function?
bool is_on_the_way_to(const Function& other, const Function& function) {
  return other.address == function.address || other.physical_function == function.address ||
         stands_on(other.path, function) || (!other.unread.empty() && function.is_bridge());
}

template <typename Carries>
bool carries_itself_or_below(const Snapshot& snapshot, const Function& function, Carries carries) {
  return std::ranges::any_of(snapshot.functions, [&](const Function& other) {
    return is_on_the_way_to(other, function) && carries(other);
  });
}

bool has_usb_disks(const Snapshot& snapshot, const Function& function) {
  const auto& unreadable = snapshot.unreadable;
  return unreadable.contains("/sys/class/block") || unreadable.contains("/sys/block") ||
         std::ranges::any_of(snapshot.blocks, [&](const BlockDevice& block) {
           return !block.unread.empty() || (block.usb && stands_on(block.path, function));
         });
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

bool may_carry_sr_disks(const Snapshot& snapshot, const Function& function) {
  return carries_itself_or_below(snapshot, function, [&](const Function& other) {
    if (!other.class_code) return true;
    return other.class_code->is_disk_adapter() ||
           (other.class_code->is_usb() && has_usb_disks(snapshot, other));
  });
}

bool may_carry_sr_network(const Snapshot& snapshot, const Function& function) {
  const auto plugged = plugged_networks(snapshot);
  const bool any_nic = !snapshot.pool || !why_networks_are_untold(snapshot).empty() ||
                       std::ranges::any_of(plugged, [](const auto& use) { return !use.known; });
  return carries_itself_or_below(snapshot, function, [&](const Function& other) {
    if (!other.class_code) return true;
    if (any_nic && other.class_code->is_network()) return true;
    return std::ranges::any_of(plugged,
                               [&](const auto& use) { return stands_on(use.functions, other); });
  });
}

bool may_carry(const Snapshot& snapshot, const SrAccount& account, const Function& function) {
  const bool is_hidden_now = function.driver == "pciback";
  if (account.unknown.empty() || (is_hidden_now && account.plugged_now == true)) return false;
  return (account.may_be_on_disks && may_carry_sr_disks(snapshot, function)) ||
         (account.may_be_on_nics && may_carry_sr_network(snapshot, function));
}

}  // namespace pci_passthrough
