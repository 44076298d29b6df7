#include "plugin/boot/grub_bytes.hpp"

#include <algorithm>

namespace pci_passthrough {

std::vector<std::uint32_t> read_as_grub(std::string_view text) {
  std::vector<std::uint32_t> places;
  places.reserve(text.size() + 1);
  const auto size = static_cast<std::uint32_t>(text.size());
  bool line_begins = true;
  for (std::uint32_t at = 0; at < size; ++at) {
    if (text[at] == '\r') continue;
    if (line_begins && text[at] == '#') {
      at = static_cast<std::uint32_t>(std::min<std::size_t>(text.find('\n', at), size - 1));
    } else {
      places.push_back(at);
      line_begins = text[at] == '\n';
    }
  }
  places.push_back(size);
  return places;
}

}  // namespace pci_passthrough
