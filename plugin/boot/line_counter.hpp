#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace pci_passthrough {

/// Which line a byte stands in, from 1; fast where one place is asked for after the other.
struct LineCounter {
  std::string_view text;
  std::size_t at = 0;
  std::uint32_t lines = 1;

  std::uint32_t line_at(std::size_t place) {
    if (place < at) at = 0, lines = 1;
    lines += static_cast<std::uint32_t>(std::ranges::count(text.substr(at, place - at), '\n'));
    at = place;
    return lines;
  }
};

}  // namespace pci_passthrough
