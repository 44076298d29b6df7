#include "plugin/boot/boot_limits.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/plain_text.hpp"
#include "plugin/boot/words.hpp"

namespace pci_passthrough {
namespace {

std::size_t words_in(std::string_view line) {
  constexpr std::string_view blanks = " \t\n\r;{}";
  std::size_t words =
      std::ranges::count_if(line, [](char c) { return c == ';' || c == '{' || c == '('; });
  for (auto at = line.find_first_not_of(blanks); at != line.npos;
       at = line.find_first_not_of(blanks, at)) {
    ++words;
    at = line.find_first_of(blanks, at);
  }
  return words;
}

std::size_t entries_in(BootLoader loader, std::string_view line) {
  constexpr std::string_view entry = "menuentry";
  if (loader == BootLoader::extlinux) return lower(take_word(line)) == "label";
  std::size_t entries = 0;
  for (auto at = line.find(entry); at != line.npos; at = line.find(entry, at + 1)) ++entries;
  return entries;
}

}  // namespace

std::optional<std::string> beyond_boot_limits(BootLoader loader, std::string_view text) {
  if (text.size() > max_boot_file) return "holds more than 1 MiB";
  std::size_t number = 1, words = 0, entries = 0;
  while (!text.empty()) {
    const auto size = size_of_joined_line(text, loader == BootLoader::grub);
    const auto line = text.substr(0, size);
    text.remove_prefix(std::min(size + 1, text.size()));
    if (!line.starts_with('#')) {
      if (size > max_boot_line)
        return fmt::format("has a line of more than {} KiB ({})", max_boot_line >> 10, number);
      words += words_in(line);
      entries += entries_in(loader, line);
    }
    number += 1 + std::ranges::count(line, '\n');
  }
  if (entries > max_boot_entries) return fmt::format("has more than {} entries", max_boot_entries);
  if (number > max_boot_lines + 1) return fmt::format("has more than {} lines", max_boot_lines);
  if (words > max_boot_words) return fmt::format("has more than {} words", max_boot_words);
  return std::nullopt;
}

}  // namespace pci_passthrough
