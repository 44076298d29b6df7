#pragma once

#include <cstddef>
#include <string_view>

namespace pci_passthrough {

/// One character of UTF-8, or the bytes that stand where none does.
struct Utf8Character {
  char32_t value = 0;
  std::size_t size = 1;  ///< bytes; of a bad sequence, as many as a valid one could begin with
  bool valid = false;
};

/// The first character of a text that is not empty (Unicode, table 3-7: no overlong form, no
/// surrogate, nothing above U+10FFFF).
Utf8Character first_character(std::string_view text);

/// Of valid UTF-8: does this byte begin a character?
constexpr bool begins_character(char byte) {
  return (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
}

/// XML 1.0, production 2.
constexpr bool is_xml_character(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || (c >= 0x20 && c <= 0xd7ff) ||
         (c >= 0xe000 && c <= 0xfffd) || (c >= 0x10000 && c <= 0x10ffff);
}

}  // namespace pci_passthrough
