#include "plugin/pci/utf8.hpp"

#include <cstdint>

namespace pci_passthrough {
namespace {

std::size_t size_after(std::uint8_t lead) {
  if (lead < 0x80) return 1;
  if (lead < 0xc2 || lead > 0xf4) return 0;
  return lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
}

}  // namespace

Utf8Character first_character(std::string_view text) {
  const auto lead = static_cast<std::uint8_t>(text[0]);
  const std::size_t size = size_after(lead);
  if (size < 2) return {lead, 1, size == 1};
  char32_t value = lead & (0x7fu >> size);
  std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
  std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
  for (std::size_t i = 1; i < size; ++i) {
    const auto next = i < text.size() ? static_cast<std::uint8_t>(text[i]) : std::uint8_t{0};
    if (next < low || next > high) return {0, i, false};
    value = value << 6 | (next & 0x3fu);
    low = 0x80, high = 0xbf;
  }
  return {value, size, true};
}

}  // namespace pci_passthrough
