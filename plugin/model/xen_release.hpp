#pragma once

#include <optional>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does this host boot a Xen with XenServer's patches as they are known: XenServer 7.1 to 8, and
/// XCP-ng of the same line (plugin/model/README.md, "The Xen that really runs")? Nothing of any
/// other release: then it may be either way.
std::optional<bool> has_known_patches(const Snapshot& snapshot);

/// Does this Xen know by itself that the function's DMA bears the name of function 1? False where
/// the function's own model is none of these.
std::optional<bool> knows_phantom(const Snapshot& snapshot, const Function& function);

/// Is this RMRR one that Xen leaves out: sound on HP's Gen8.
std::optional<bool> leaves_reserved_memory_out(const Snapshot& snapshot, const Function& function);

}  // namespace pci_passthrough
