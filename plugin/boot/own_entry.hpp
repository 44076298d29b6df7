#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {

/// An entry of ours: a copy of the everyday one at the end of the menu, so that every number, and
/// each name that the platform's tools give, keeps its meaning (plugin/boot/README.md, "The rescue
/// entry"). Told by its title, in extlinux.conf by its label, which is one word.
struct OwnEntry {
  std::string_view title, label;
};
inline constexpr OwnEntry own_rescue = {"pci-passthrough rescue", "pci-rescue"};
inline constexpr OwnEntry own_trial = {"pci-passthrough trial", "pci-trial"};

bool is_own(BootLoader loader, const BootEntry& entry, const OwnEntry& own);
bool is_own(BootLoader loader, const BootEntry& entry);  ///< any of them
std::optional<std::size_t> find_own(const BootFile& file, const OwnEntry& own);

/// The entry that they are made from: the default, or `xe` where the default is one of ours or
/// starts no Xen. Nothing where neither can be copied: it starts no Xen, cannot be understood, or
/// has a variable among its arguments, in which a rule may stand.
std::optional<std::size_t> own_model(const BootFile& file);

/// The text with this block as the entry: a new one at the end; one that stands is edited in its
/// place, unless it says the same. Nothing where anything else would read otherwise, or the block
/// boots no Xen.
std::optional<std::string> with_own(const BootFile& file, const OwnEntry& own,
                                    const std::string& block);
/// The text without it. Taking away what was added gives the first text again.
std::string without_own(const BootFile& file, const OwnEntry& own);

/// Does each entry of that name say what the block says?
bool own_says(const BootFile& file, const OwnEntry& own, std::string_view block);

}  // namespace pci_passthrough
