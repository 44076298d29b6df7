#include "plugin/boot/mend.hpp"

#include <numeric>

#include "tests/fuzz/boot_file.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  const auto choice = take_choice(input);
  const auto file = ((choice & 2) != 0 ? parse_extlinux : parse_grub)(std::string(input));
  std::vector<std::size_t> entries(file.entries.size());
  std::iota(entries.begin(), entries.end(), 0);
  const std::string_view release = (choice & 1) != 0 ? "2.6.32" : "4.19.0";
  const auto text = mended_text(file, release, entries, {});
  require(!file.trouble || text == input, "a file in trouble is never edited");
  const auto after = with_text(file, text);
  require(text == input || !after.trouble, "a mended file is whole");
  require(after.entries.size() == file.entries.size(), "the entries stay");
  require(mended_text(after, release, entries, {}) == text, "mending twice is mending once");
}

}  // namespace pci_passthrough
