#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// One byte of a grub.cfg, and where it stands in the file.
struct GrubByte {
  char value = '\0';
  std::uint32_t at = 0, line = 0;
};

/// The file as GRUB's reader hands it to its shell (grub-core/normal/main.c): without carriage
/// returns, and without the lines that begin with '#', even between quotes. Ends in one '\0'.
std::vector<GrubByte> read_as_grub(std::string_view text);

}  // namespace pci_passthrough
