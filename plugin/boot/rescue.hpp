#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// The entry that we keep at the end of the menu: the everyday one without hide rules. The
/// platform's tools call a title like this labelN, and extlinux wants a label of one word
/// (plugin/boot/README.md, "The rescue entry").
inline constexpr std::string_view rescue_title = "pci-passthrough rescue";
inline constexpr std::string_view rescue_label = "pci-rescue";

/// Is it ours? Told by its title, in extlinux.conf by its label.
bool is_rescue(BootLoader loader, const BootEntry& entry);
std::optional<std::size_t> rescue_entry(const BootFile& file);

/// The entry that it is made from: the default, or `xe` where the default is the rescue entry
/// itself or starts no Xen. Nothing where neither can be copied: it starts no Xen, cannot be
/// understood, or has a variable among its arguments, in which a rule may stand.
std::optional<std::size_t> rescue_model(const BootFile& file);

/// Does the rescue entry boot what its model boots, but for hide rules? True where there is none.
bool rescue_is_in_step(const BootFile& file);

/// The text with a rescue entry that is in step: a new one at the end, so that every number keeps
/// its meaning; one that stands is edited in its place. Nothing where there is no model, or where
/// anything but the rescue entry would read otherwise.
std::optional<std::string> with_rescue(const BootFile& file);
/// The text without it. Taking away what was added gives the first text again.
std::string without_rescue(const BootFile& file);

}  // namespace pci_passthrough
