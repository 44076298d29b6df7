#pragma once

#include <set>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What is to be remembered, where that is another thing than what is, of the functions that the
/// rules of `after` name. A device in `named` is what it is now: the caller asked for it. Else an
/// identity that fits is brought up to date, one that does not stays as it is, and a rule that has
/// none gets one unless `suspect` holds its function. One whose rule is gone goes too.
std::optional<Remember> to_remember(const Snapshot& before, const Snapshot& after,
                                    const std::vector<PciAddress>& named,
                                    const std::set<PciAddress>& suspect);

}  // namespace pci_passthrough
