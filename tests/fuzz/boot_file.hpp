#pragma once

#include "plugin/boot/boot_file.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {

/// What holds for every boot file, whatever stands in it.
inline void require_sound(const BootFile& file, std::string_view text) {
  require(file.text == text, "the text is kept");
  require(file.error || file.default_entry, "a file without trouble has a default");
  require(!file.default_entry || *file.default_entry < file.entries.size(),
          "the default is one of the entries");
  require(!file.error || !file.error->sentence.empty(), "trouble is said");
  for (const auto& entry : file.entries) {
    std::size_t at = 0;
    for (const auto& argument : entry.arguments) {
      const bool is_last = &argument == &entry.arguments.back();  // GRUB's own quote may be it
      require(at < argument.begin && argument.begin + !is_last <= argument.end,
              "one after the other");
      at = argument.end;
    }
    require((at <= entry.arguments_end || !entry.init_arguments.empty()) &&
                entry.arguments_end <= text.size(),
            "arguments stand in the file");
  }
  require(edit_hide_lists(file, {}) == text, "unedited is byte for byte the same");
  if (file.error)
    require(edit_hide_lists(file, {{0, PcibackKind::pvops, "(0000:06:00.0)"}}) == text,
            "a file in trouble is never edited");
}

}  // namespace pci_passthrough
