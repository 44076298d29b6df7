#pragma once

#include <string_view>

#include "plugin/model/iommu.hpp"

namespace pci_passthrough {

/// Takes over what `xl info` prints: "virt_caps              : pv hvm hvm_directio", and Xen's own
/// command line. The first line of a name counts.
void read_xl_info(std::string_view info, Iommu& iommu);

/// Takes over what `xl dmesg` prints of the remapping of interrupts: "(XEN) Interrupt remapping
/// enabled" (xen drivers/passthrough/iommu.c), of a Xen before 4.3 VT-d's own "Interrupt Remapping
/// not enabled."; and where Xen uses no IOMMU, the first lines that say why. The log is a ring: it
/// may no longer hold the line.
void read_xen_log(std::string_view log, Iommu& iommu);

}  // namespace pci_passthrough
