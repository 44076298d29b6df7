#include "plugin/model/listing.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string_view>

namespace pci_passthrough {
namespace {

/// Kinds of use that dom0 only sees, where they are not critical.
constexpr std::array<std::string_view, 3> only_seen = {"disk", "network", "input"};

}  // namespace

const ListedDevice* Listing::find(const PciAddress& address) const {
  const auto found = std::ranges::lower_bound(devices, address, {}, &ListedDevice::address);
  return found != devices.end() && found->address == address ? &*found : nullptr;
}

std::string ids_of(const ListedDevice& device) {
  if (!device.vendor_id || !device.device_id) return "";
  return fmt::format("{:04x}:{:04x}", *device.vendor_id, *device.device_id);
}

std::string full_name_of(const ListedDevice& device) {
  return device.device.empty() ? ids_of(device) : device.vendor + " " + device.device;
}

std::vector<std::string> real_uses_of(const ListedDevice& device) {
  std::vector<std::string> uses;
  for (const auto& use : device.used_by)
    if (use.critical || std::ranges::count(only_seen, use.kind) == 0)
      uses.push_back(use.kind + " " + use.name);
  return uses;
}

}  // namespace pci_passthrough
