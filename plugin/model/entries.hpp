#pragma once

#include <cstddef>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// The entries that boot unattended: the one that the next boot takes, and the default after it. No
/// installer's.
std::vector<std::size_t> unattended_entries(const Boot& boot);

/// The entries whose rules we edit: those, and `xe` and `xe-serial`; with `all` every entry that
/// boots a hypervisor. Safe and fallback are the way back and stay as they are; so do an
/// installer's and the rescue entry, always, even where the host boots by it.
std::vector<std::size_t> edited_entries(const Boot& boot, bool all);

}  // namespace pci_passthrough
