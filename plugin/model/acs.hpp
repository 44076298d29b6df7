#pragma once

#include <optional>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does the kernel know it as one of several functions (probe.c pci_scan_slot)? A virtual function
/// is none.
std::optional<bool> is_multifunction(const Function& function);

/// Does this function keep its requests from its neighbours: must they all go up to the IOMMU
/// (pci.c pci_acs_enabled)? The kernel's exceptions are known for what stands in an x86 server
/// (quirks.c pci_dev_acs_enabled), but for those of AMD's south bridges before 2014.
std::optional<bool> is_isolated_by_acs(const Snapshot& snapshot, const Function& function);

}  // namespace pci_passthrough
