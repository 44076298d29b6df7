#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "plugin/boot/own_entry.hpp"

namespace pci_passthrough {

/// The entry of ours (own_entry.hpp) that boots the everyday one without hide rules.
inline constexpr std::string_view rescue_title = own_rescue.title;
inline constexpr std::string_view rescue_label = own_rescue.label;

bool is_rescue(BootLoader loader, const BootEntry& entry);
std::optional<std::size_t> rescue_entry(const BootFile& file);

/// Does the rescue entry boot what its model boots, but for hide rules? True where there is none.
bool rescue_is_in_step(const BootFile& file);

/// The text with a rescue entry that is in step. Nothing where there is no model, or where anything
/// but the rescue entry would read otherwise.
std::optional<std::string> with_rescue(const BootFile& file);
/// The text without it. Taking away what was added gives the first text again.
std::string without_rescue(const BootFile& file);

}  // namespace pci_passthrough
