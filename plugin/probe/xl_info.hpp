#pragma once

#include <string_view>

#include "plugin/model/iommu.hpp"

namespace pci_passthrough {

/// Takes over what `xl info` prints: "virt_caps              : pv hvm hvm_directio", and Xen's own
/// command line. The first line of a name counts.
void read_xl_info(std::string_view info, Iommu& iommu);

}  // namespace pci_passthrough
