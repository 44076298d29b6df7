#pragma once

#include <optional>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does the kernel know it as one of several functions (probe.c pci_scan_slot)? A virtual function
/// is none.
std::optional<bool> is_multifunction(const Function& function);

/// Does this function keep its requests from its neighbours: must they all go up to the IOMMU
/// (pci.c pci_acs_enabled)? Of the kernel's exceptions (quirks.c pci_dev_acs_enabled) it knows
/// Intel's root complex integrated endpoints and network controllers; not the root ports of Intel's
/// chipsets before the 300 series, which it calls unprotected where the kernel protects them.
std::optional<bool> is_isolated_by_acs(const Function& function);

}  // namespace pci_passthrough
