#include "plugin/plans/vm_entries.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/devices.hpp"

namespace pci_passthrough {
namespace {

bool is_uncertain(const VmDevice& device) {
  return device.flaw == EntryFlaw::garbage_tail || device.flaw == EntryFlaw::out_of_range ||
         device.flaw == EntryFlaw::not_understood;
}

/// What follows the number: as it stands where it is uncertain.
std::string tail_of(const VmEntry& entry, const PciAddress& address) {
  for (const auto& device : entry.devices)
    if (device.read && is_uncertain(device) && device.address == address)
      return device.text.substr(device.text.find('/'));
  return "/" + address.text();
}

/// As far as anything is remembered of this address.
bool is_what_it_was(const Analysis& host, const PciAddress& address) {
  const auto& known = host.snapshot().identities;
  const auto found = std::ranges::find(known, address, &Identity::address);
  return found == known.end() ||
         host.located()[static_cast<std::size_t>(found - known.begin())].whereabouts ==
             Whereabouts::here;
}

/// A part of its own that xapi drops like the piece that it was.
std::string still_dropped(const std::string& text) {
  const auto entry = parse_vm_entry(text);
  return std::ranges::any_of(entry.devices, &VmDevice::read) ? " " + text : text;
}

}  // namespace

std::vector<PciAddress> meant_by(const VmEntry& entry) {
  auto addresses = entry.plugged();
  for (const auto& device : entry.devices)
    if (device.is_mendable()) add_once(addresses, *device.address);
  return addresses;
}

RepairedVmEntry repaired_vm_entry(std::string_view text, const Mending& mending) {
  const auto entry = parse_vm_entry(text);
  RepairedVmEntry repaired{std::string(text), {}, {}};
  for (const auto& device : entry.devices)
    if (is_uncertain(device)) repaired.left.push_back(device.text);
  const auto now = [&](const PciAddress& address) {
    const auto move = mending.moves.find(address);
    return move == mending.moves.end() || !repaired.left.empty() ? address : move->second;
  };

  const auto plugged = entry.plugged();
  std::vector<PciAddress> wanted;
  for (const auto& address : plugged) add_once(wanted, now(address));
  std::vector<std::string> behind;
  bool is_same = wanted == plugged && is_in_one_form(text);
  for (const auto& device : entry.devices) {
    if (device.read) continue;
    if (!device.address)
      behind.push_back(device.text);
    else if (const auto address = now(*device.address);
             std::ranges::count(wanted, address) != 0 ||
             mending.would_start(*device.address, address)) {
      add_once(wanted, address);
      is_same = false;
    } else {
      add_once(repaired.dropped, address);
      behind.push_back(still_dropped(device.text));
    }
  }
  if (is_same) return repaired;

  std::vector<std::string> parts;
  for (const auto& address : wanted)
    parts.push_back(fmt::format("{}{}", parts.size(), tail_of(entry, address)));
  parts.insert(parts.end(), behind.begin(), behind.end());
  repaired.text = joined(parts, ",");
  return repaired;
}

Mending mending(const Analysis& host, const VmAssignment& assignment,
                const std::map<PciAddress, PciAddress>& moves) {
  const bool is_left = !assignment.may_be_here() ||
                       (assignment.entry.plugged().empty() && host.hardware().iommu.on == false);
  return {assignment.place == Place::here ? moves : std::map<PciAddress, PciAddress>(),
          [&host, is_left](const PciAddress& was, const PciAddress& is) {
            const Function* function = host.find(is);
            return function && !function->is_bridge() && !is_left &&
                   (was != is || is_what_it_was(host, is));
          }};
}

std::optional<std::string> notice_of_running(const VmRecord& vm) {
  if (!is_running(vm)) return std::nullopt;
  return fmt::format(
      "The VM '{}' runs. The change takes effect at its next start; a reboot from "
      "inside may be enough.",
      vm.name);
}

}  // namespace pci_passthrough
