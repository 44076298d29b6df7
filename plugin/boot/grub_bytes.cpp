#include "plugin/boot/grub_bytes.hpp"

#include <algorithm>

namespace pci_passthrough {

std::vector<GrubByte> read_as_grub(std::string_view text) {
  std::vector<GrubByte> bytes;
  bytes.reserve(text.size() + 1);
  std::size_t line = 1;
  bool line_begins = true;
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (text[at] == '\r') continue;
    if (line_begins && text[at] == '#') {
      at = std::min(text.find('\n', at), text.size() - 1);
    } else {
      bytes.push_back({text[at], at, line});
      line_begins = text[at] == '\n';
    }
    if (text[at] == '\n') ++line;
  }
  bytes.push_back({'\0', text.size(), line});
  return bytes;
}

}  // namespace pci_passthrough
