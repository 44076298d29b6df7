#include "plugin/boot/grub_bytes.hpp"

#include <algorithm>

namespace pci_passthrough {

std::vector<GrubByte> read_as_grub(std::string_view text) {
  std::vector<GrubByte> bytes;
  bytes.reserve(text.size() + 1);
  const auto size = static_cast<std::uint32_t>(text.size());
  std::uint32_t line = 1;
  bool line_begins = true;
  for (std::uint32_t at = 0; at < size; ++at) {
    if (text[at] == '\r') continue;
    if (line_begins && text[at] == '#') {
      at = static_cast<std::uint32_t>(std::min<std::size_t>(text.find('\n', at), size - 1));
    } else {
      bytes.push_back({text[at], at, line});
      line_begins = text[at] == '\n';
    }
    if (text[at] == '\n') ++line;
  }
  bytes.push_back({'\0', size, line});
  return bytes;
}

}  // namespace pci_passthrough
