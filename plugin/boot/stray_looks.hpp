#pragma once

#include <string_view>

#include "plugin/boot/hide_phrase.hpp"
#include "plugin/boot/stray_rules.hpp"

namespace pci_passthrough {

/// Why a phrase that stands among the arguments of dom0's kernel is no hide list: by how it is
/// written. `range` is where it stands in the file.
StrayKind by_looks(const BootFile& file, const BootEntry& entry, const HidePhrase& phrase,
                   TextRange range);

/// Does a quote open before this group of a phrase that closes at the list's end?
bool opens_quote(std::string_view plain, HidePhrase::Range group, const HidePhrase& phrase);

}  // namespace pci_passthrough
