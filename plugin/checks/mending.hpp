#pragma once

#include <optional>
#include <string>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// The argument that repair would leave in this entry, "xen-pciback.hide=(0000:06:00.0)"; nothing
/// where it leaves the entry as it stands.
std::optional<std::string> mended_argument(const Analysis& host, std::size_t entry);

/// repair for this entry, with what it writes; nothing where repair leaves the entry as it stands.
std::optional<Remedy> mending(const Analysis& host, std::size_t entry);

/// The file's text after repair of the everyday entries, or of all.
std::string repaired_text(const Analysis& host, bool all);

}  // namespace pci_passthrough::checks
