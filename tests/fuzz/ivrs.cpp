#include "tests/fuzz/acpi.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  try_table(input, read_ivrs, [](const ReservedMemory& memory) {
    require(memory.scopes.empty() && memory.ids.size() == 1, "IVRS names devices by their ids");
  });
}

}  // namespace pci_passthrough
