#pragma once

#include "tests/acpi/tables.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

/// The bytes as they are, and then with the length and the checksum that they should have.
template <typename Check>
void try_table(std::string_view input, ReadTable (*read)(std::string_view), Check check) {
  const auto holds = [&](const ReadTable& table) {
    require(table.table.has_value() == table.error.empty(), "a table, or why it is none");
    if (!table.table) return;
    for (const auto& memory : table.table->reserved) {
      require(memory.base <= memory.limit, "a region ends behind its start");
      check(memory);
    }
  };
  holds(read(input));
  if (input.size() < 48) return;
  auto bytes = std::string(input).replace(4, 4, bytes_of(input.size(), 4));
  holds(read(bytes = with_checksum(std::move(bytes))));
  require(!read(bytes.substr(0, bytes.size() - 1)).table, "a cut table is none");
  bytes.back() = static_cast<char>(bytes.back() + 1);
  require(!read(bytes).table, "a damaged table is none");
}

}  // namespace pci_passthrough
