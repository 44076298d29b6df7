#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// A boot file of any release has a few KiB, five entries, and lines of a few hundred bytes. What
/// is larger than this is read by nobody here, and not edited.
inline constexpr std::size_t max_boot_file = 1 << 20;
inline constexpr std::size_t max_boot_line = 64 << 10;  ///< with all that is continued
inline constexpr std::size_t max_boot_lines = 1 << 17;
inline constexpr std::size_t max_boot_words = 1 << 15;  ///< each rule, ';' and '{' is one, too
inline constexpr std::size_t max_boot_entries = 256;

/// Which limit the text is beyond, comments left aside: "has more than 256 entries"; nothing where
/// it is beyond none.
std::optional<std::string> beyond_boot_limits(BootLoader loader, std::string_view text);

}  // namespace pci_passthrough
