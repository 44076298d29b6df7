#include "plugin/boot/stray_rules.hpp"

#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto choice = take_choice(input);
  const auto file = ((choice & 2) != 0 ? parse_extlinux : parse_grub)(std::string(input));
  auto found = stray_rules(file, (choice & 1) != 0 ? "2.6.32" : "4.19.0");
  for (const auto& stray : found) {
    require(stray.begin < stray.end && stray.end <= input.size(), "it stands in the file");
    require(input.substr(stray.begin, stray.end - stray.begin) == stray.word, "the word is there");
    require(!stray.entry || *stray.entry < file.entries.size(), "in one of the entries");
    require(!stray.mendable || (stray.entry && !stray.meant.empty()), "what is mended is meant");
  }
  for (const auto& stray : stray_modprobe_rules(input))
    require(input.substr(stray.begin, stray.end - stray.begin) == stray.word, "the word is there");
}

}  // namespace pci_passthrough
