#pragma once

#include <optional>
#include <string_view>
#include <vector>

#include "plugin/host/section.hpp"

namespace pci_passthrough {

/// One section being read.
struct Draft {
  Section section;
  bool hex = false, no_newline = false;
};

/// Reads what stands behind "=== ". Throws Failure invalid_argument.
Draft read_head(std::string_view head, std::size_t line);

std::vector<std::string_view> words_of_head(std::string_view head);

/// All of the text as an unsigned number.
std::optional<unsigned> read_unsigned(std::string_view text, int base);

}  // namespace pci_passthrough
