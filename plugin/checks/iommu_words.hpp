#pragma once

#include <string>
#include <vector>

namespace pci_passthrough::checks {

/// What Xen's arguments say of the IOMMU; of two that disagree the last counts
/// (xen/drivers/passthrough/iommu.c parse_iommu_param).
struct IommuWords {
  bool off = false, no_remapping = false;
  bool no_igfx = false;  ///< the unit of the integrated GPU translates nothing
};
IommuWords iommu_words(const std::vector<std::string>& arguments);

}  // namespace pci_passthrough::checks
