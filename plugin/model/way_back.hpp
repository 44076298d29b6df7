#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// The entries that boot dom0 without any hide rule, the best first: ours, then safe, fallback and
/// any other. Not those that boot by themselves, an upgrade's, or one whose kernel is known not to
/// be there.
std::vector<std::size_t> ways_back(const Analysis& host);

/// What to press if the host does not come up, in one line: the entry to choose; else the key, the
/// line and the words to delete. "" where the boot file cannot be understood.
std::string way_back(const Analysis& host);

}  // namespace pci_passthrough
