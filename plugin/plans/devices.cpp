#include "plugin/plans/devices.hpp"

namespace pci_passthrough {

Failure no_such_device(const PciAddress& address, const std::string& more) {
  return {code::unknown_device, "there is no PCI function " + address.text() + " on this host" +
                                    more + "; list shows those that are there"};
}

void check_nameable(const PciAddress& address) {
  constexpr std::uint32_t last_segment = 0xffff;
  if (address.segment > last_segment)
    throw Failure(code::invalid_argument,
                  address.text() +
                      " lies on a segment above ffff (VMD), which neither pciback nor "
                      "xapi can name; turn VMD off in the firmware to pass it through");
}

}  // namespace pci_passthrough
