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

}  // namespace

std::vector<PciAddress> meant_by(const VmEntry& entry) {
  auto addresses = entry.plugged();
  for (const auto& device : entry.devices)
    if (device.is_mendable()) add_once(addresses, *device.address);
  return addresses;
}

RepairedVmEntry repaired_vm_entry(std::string_view text) {
  const auto entry = parse_vm_entry(text);
  RepairedVmEntry repaired{std::string(text), {}};
  for (const auto& device : entry.devices)
    if (is_uncertain(device)) repaired.left.push_back(device.text);
  if (std::ranges::none_of(entry.devices, &VmDevice::is_mendable)) return repaired;

  std::vector<std::string> parts;
  for (const auto& address : meant_by(entry))
    parts.push_back(std::to_string(parts.size()) + tail_of(entry, address));
  for (const auto& device : entry.devices)
    if (!device.read && !device.address) parts.push_back(device.text);
  repaired.text = joined(parts, ",");
  return repaired;
}

std::optional<std::string> remark_of_running(const VmRecord& vm) {
  if (!is_running(vm)) return std::nullopt;
  return fmt::format(
      "The VM '{}' runs. The change takes effect at its next start; a reboot from "
      "inside may be enough.",
      vm.name);
}

}  // namespace pci_passthrough
