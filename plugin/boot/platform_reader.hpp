#pragma once

#include <string>
#include <string_view>

#include "plugin/boot/platform.hpp"
#include "plugin/boot/python_text.hpp"

namespace pci_passthrough {

/// What reads a file fills in: as Bootloader.readGrub2 and readExtLinux do.
struct PlatformReader {
  PlatformView& view;
  PythonText python;
  std::size_t line = 0;

  bool problem(PlatformProblemKind kind, std::size_t at) {
    view.problems.push_back({kind, at});
    return true;
  }
  bool fail(PlatformProblemKind kind) {
    view.fails = problem(kind, line);
    return false;
  }
  /// file and arguments of "command file arguments"; false where one is missing that must be there.
  bool operands(std::string_view text, std::optional<std::string>& file,
                std::optional<std::string>& arguments);
};

void read_grub_as_platform(PlatformView& view, std::string_view text);
void read_extlinux_as_platform(PlatformView& view, std::string_view text);
/// What an entry of a grub.cfg says beside what boots: found in the text, by GRUB's reader too.
/// The first entry that would boot otherwise after a set; 0 where the default or the menu would
/// change; nothing where all boot as before.
std::optional<std::size_t> line_that_boots_otherwise(const PlatformView& view,
                                                     const BootFile& file);
void find_platform_problems(PlatformView& view, const BootFile& file);

}  // namespace pci_passthrough
