#include "tests/fuzz/boot_file.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto entry = override_entry(input);
  require(!entry || !entry->empty(), "an entry has a name");
  require(!override_entry(std::string(" ").append(input)), "the block begins with its signature");
  if (!entry) return;
  std::string block = "# GRUB Environment Block\noverride_entry=";
  for (const char c : *entry) (block += c == '\\' || c == '\n' ? "\\" : "") += c;
  require(override_entry(block + "\n####") == entry, "what is written reads back");
}

}  // namespace pci_passthrough
