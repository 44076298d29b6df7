#pragma once

#include <cstddef>
#include <string>

namespace pci_passthrough {

/// What may be given as a file: a recording, and what `export` wrote.
inline constexpr std::size_t max_recording = 1 << 30, max_argument_file = 8 << 20;

/// The file that the caller named. Throws Failure invalid_argument: it cannot be read, or is
/// larger.
std::string content_of(const std::string& path, std::size_t limit);

}  // namespace pci_passthrough
