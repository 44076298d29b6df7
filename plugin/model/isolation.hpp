#pragma once

#include <map>
#include <optional>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// The functions that an IOMMU cannot keep apart share a group, which bears the address of its
/// lowest. Told as Linux does (drivers/iommu/iommu.c pci_device_group), since
/// /sys/kernel/iommu_groups is empty in a Xen dom0: by ACS on each port up to the root, the
/// functions of a card, models that bear a neighbour's name (dma_alias.hpp), and bridges to
/// conventional PCI, behind which every request bears the bridge's name. A function whose group
/// cannot be told is not in the map.
std::map<PciAddress, PciAddress> isolation_groups(const Snapshot& snapshot);

/// Is this a bridge to conventional PCI, whose children share its requester id (search.c
/// pci_for_each_dma_alias)?
std::optional<bool> leads_to_conventional(const Function& bridge);

}  // namespace pci_passthrough
