#include "tests/fuzz/acpi.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  try_table(input, read_dmar, [](const ReservedMemory& memory) {
    require(memory.ids.empty(), "DMAR names devices by their way");
    for (const auto& scope : memory.scopes) require(!scope.path.empty(), "a way has a hop");
  });
}

}  // namespace pci_passthrough
