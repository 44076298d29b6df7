#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// The file's text with one hide list in each of these entries that has a list, or words that
/// plainly mean one (stray_rules): in the form that the kernel, xapi, xen-cmdline and the installer
/// all read, no line of the entry continued, the stray words taken away. A wildcard is written out
/// for the functions among `present`; one that names none of them stays. An entry stays as it is
/// where it is right already, where any of its lists cannot be told, or where an edit would change
/// anything else that its kernel is given. Mending twice is mending once.
std::string mended_text(const BootFile& file, std::string_view running_release,
                        const std::vector<std::size_t>& entries,
                        std::span<const PciAddress> present);

}  // namespace pci_passthrough
