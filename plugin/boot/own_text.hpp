#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"
#include "plugin/boot/own_entry.hpp"

namespace pci_passthrough {

/// The lines of an entry of ours made from this one, without hide rules; no newline at the end.
/// Nothing where that cannot be written.
std::optional<std::string> copy_without_rules(const BootFile& file, const BootEntry& model,
                                              const OwnEntry& own);

/// Such lines as a boot file of their own, to be edited; and the lines of its text again.
BootFile own_alone(BootLoader loader, const OwnEntry& own, const std::string& block);
std::string block_alone(const BootFile& file, std::string text);

/// The bytes that an entry takes up, from its first word to its last one.
TextRange block_of(const BootFile& file, const BootEntry& entry);

/// Do these two say the same, blanks and remarks aside?
bool same_words(std::string_view a, std::string_view b);

}  // namespace pci_passthrough
