#pragma once

#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough::checks {

/// The functions of this host that a VM plugs which runs or may start here, in order.
std::vector<PciAddress> wanted_here(const Snapshot& snapshot);

/// Those, and the functions that an entry which boots unattended hides, in order.
std::vector<PciAddress> passed_through(const Snapshot& snapshot);

}  // namespace pci_passthrough::checks
