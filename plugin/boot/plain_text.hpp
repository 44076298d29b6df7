#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// A text as a person reads it: typographic quotes and dashes as ASCII's, every kind of blank and
/// each line continuation as blanks, what is not seen left out. Each byte knows where it comes
/// from.
struct PlainText {
  std::string text;
  std::vector<std::uint32_t> begins, ends;  ///< of each byte, in the whole file

  std::size_t begin_of(std::size_t at) const { return begins[at]; }
  std::size_t end_of(std::size_t at) const { return ends[at]; }  ///< one past it
};

/// `offset` is where `raw` begins in the file.
PlainText read_as_person(std::string_view raw, std::size_t offset);

/// How long the first line is; where `joins`, with all that a backslash at its end joins to it.
std::size_t size_of_joined_line(std::string_view text, bool joins);

}  // namespace pci_passthrough
