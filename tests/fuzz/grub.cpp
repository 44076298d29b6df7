#include "tests/fuzz/boot_file.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto file = parse_grub(std::string(input));
  require_sound(file, input);
  if (file.error) return;
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    require(entry_named(file, std::to_string(i)) == i, "a number names its entry");
  require(parse_grub(std::string(input) + "\n# end\n").entries.size() == file.entries.size(),
          "a remark changes nothing");
}

}  // namespace pci_passthrough
