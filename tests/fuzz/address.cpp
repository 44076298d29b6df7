#include "plugin/pci/address.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto address = PciAddress::parse(input);
  if (!address) return;
  const auto text = address->text();
  require(address->device <= 0x1f && address->function <= 7, "an address is one that can be");
  require(PciAddress::parse(text) == address, "what is written reads back");
  require(address->segment != 0 || PciAddress::parse(text.substr(5)) == address,
          "the short form means the same");
  require(input.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos,
          "nothing else stands in an address");
}

}  // namespace pci_passthrough
