#pragma once

#include "plugin/model/listing.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough::reports {

/// What config space says that a function can do.
ListedCapabilities capabilities_of(const ConfigSpace& config);

}  // namespace pci_passthrough::reports
