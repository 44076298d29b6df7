#include "plugin/plans/devices.hpp"

#include <algorithm>

namespace pci_passthrough {

Failure no_such_device(const PciAddress& address, const std::string& more) {
  return {code::unknown_device, "there is no PCI function " + address.text() + " on this host" +
                                    more + "; list shows those that are there"};
}

void add_once(std::vector<PciAddress>& addresses, const PciAddress& address) {
  if (std::ranges::count(addresses, address) == 0) addresses.push_back(address);
}

void check_nameable(const PciAddress& address) {
  if (!address.is_nameable())
    throw misuse(address.text() +
                 " lies on a segment above ffff (VMD), which neither pciback nor "
                 "xapi can name; turn VMD off in the firmware to pass it through");
}

}  // namespace pci_passthrough
