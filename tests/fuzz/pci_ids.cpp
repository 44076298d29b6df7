#include "plugin/pci/ids.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

/// What the corpus names, and what a mutation may.
PciNames asked() {
  PciNames names;
  for (const std::uint16_t vendor : {0x8086, 0x10de, 0x0000, 0xffff}) {
    names.vendors[vendor];
    for (const std::uint16_t device : {0x1533, 0x0000, 0xffff}) {
      names.devices[{vendor, device}];
      names.subsystems[{vendor, device, 0x15d9, 0x1533}];
    }
  }
  for (const std::uint16_t code : {0x0106, 0x0200, 0x0000, 0xffff}) {
    names.classes[code];
    names.base_classes[static_cast<std::uint8_t>(code >> 8)];
  }
  return names;
}

}  // namespace

void try_input(std::string_view input) {
  auto names = asked();
  names.look_up(input);
  for (const auto& [id, name] : names.vendors)
    require(input.find(name) != std::string_view::npos, "a name stands in the text");
  auto again = asked();
  again.look_up(names.excerpt());
  require(again.vendors == names.vendors && again.devices == names.devices &&
              again.subsystems == names.subsystems && again.classes == names.classes &&
              again.base_classes == names.base_classes,
          "an excerpt names the same");
  require(again.excerpt() == names.excerpt(), "an excerpt of an excerpt is the same");
}

}  // namespace pci_passthrough
