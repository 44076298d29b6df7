#pragma once

#include <string>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// The text with no line of these entries continued by a backslash, and no ';' behind a kernel's
/// line. A backslash before a line that is a command of its own goes without joining the two.
std::string with_joined_lines(const BootFile& file, const std::vector<std::size_t>& entries);

}  // namespace pci_passthrough
