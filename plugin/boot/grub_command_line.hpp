#pragma once

#include <span>
#include <string>
#include <vector>

#include "plugin/boot/command_line.hpp"
#include "plugin/boot/grub_lexer.hpp"

namespace pci_passthrough {

/// What GRUB hands on of these words: joined by blanks; quotes and backslashes escaped; a word in
/// double quotes where it has a blank (grub-core/lib/cmdline.c).
std::string grub_command_line(std::span<const GrubToken> words);

/// The kernel's arguments of that line, each at its place in the file. One word may be several of
/// them: a tab, a no-break space or a form feed in it splits it for the kernel alone.
std::vector<Argument> kernel_arguments(std::span<const GrubToken> words);

}  // namespace pci_passthrough
