#include "plugin/plans/devices.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/unreadable.hpp"

namespace pci_passthrough {

Failure no_such_device(const Snapshot& snapshot, const PciAddress& address,
                       const std::string& more) {
  if (const auto why = why_functions_are_unknown(snapshot.unreadable); !why.empty())
    return {code::unknown_device,
            fmt::format("unknown whether this host has the PCI device {}: {}; verify says more",
                        address.text(), why)};
  return {code::unknown_device,
          fmt::format("this host has no PCI device {}{}; list shows those that it has",
                      address.text(), more)};
}

void add_once(std::vector<PciAddress>& addresses, const PciAddress& address) {
  if (std::ranges::count(addresses, address) == 0) addresses.push_back(address);
}

void check_nameable(const PciAddress& address) {
  if (!address.is_nameable())
    throw misuse(
        fmt::format("{} lies on a segment above ffff (VMD), which neither pciback nor xapi "
                    "can name; turn VMD off in the firmware to pass it through",
                    address.text()));
}

}  // namespace pci_passthrough
