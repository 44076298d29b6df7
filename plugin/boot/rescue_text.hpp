#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// The lines of a rescue entry made from this one, without hide rules; no newline at the end.
/// Nothing where that cannot be written.
std::optional<std::string> rescue_text_of(const BootFile& file, const BootEntry& model);

/// The bytes that an entry takes up, from its first word to its last one.
TextRange block_of(const BootFile& file, const BootEntry& entry);

/// Do these two say the same, blanks and notices aside?
bool same_words(std::string_view a, std::string_view b);

}  // namespace pci_passthrough
