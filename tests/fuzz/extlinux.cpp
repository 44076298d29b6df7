#include "tests/fuzz/boot_file.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto file = parse_extlinux(std::string(input));
  require_sound(file, input);
  for (std::size_t i = 0; !file.error && i < file.entries.size(); ++i)
    require(file.find(file.entries[i].label) == i, "a label names one entry");
}

}  // namespace pci_passthrough
