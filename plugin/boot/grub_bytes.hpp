#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// Where the bytes stand that GRUB's reader hands to its shell (grub-core/normal/main.c): without
/// carriage returns, and without the lines that begin with '#', even between quotes. The last place
/// is the end of the text.
std::vector<std::uint32_t> read_as_grub(std::string_view text);

}  // namespace pci_passthrough
