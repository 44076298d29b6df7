#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

std::string_view part_of(std::string_view text, const TextRange& range);

/// A part of a text, and what comes in its place.
struct Replacement {
  std::size_t begin = 0, end = 0;
  std::string text;
};
/// None overlaps another.
std::string with_replacements(std::string_view text, std::vector<Replacement> plan);

/// The text for the place of an argument that begins in other quotes of GRUB's than it ends in.
std::string in_quotes_of(const Argument& argument, std::string text);

/// Takes an argument away, and the blank before it where nothing else stands in its word.
Replacement removal(const BootFile& file, const Argument& argument);

/// Where a list goes in an entry that has none.
std::size_t place_for_new_list(const BootFile& file, const BootEntry& entry);

}  // namespace pci_passthrough
