#pragma once

#include <string>

#include "plugin/model/iommu.hpp"

namespace pci_passthrough::checks {

/// The DMAR or IVRS table that was read, as evidence; where there is none, the place of such
/// tables.
inline std::string table_path(const Iommu& iommu) {
  return iommu.table_path.empty() ? "/sys/firmware/acpi/tables" : iommu.table_path;
}

inline std::string why_no_table(const Iommu& iommu) {
  return iommu.table_path.empty() ? "there is no DMAR (XMAR, RMAD) and no IVRS table"
                                  : iommu.firmware.error;
}

}  // namespace pci_passthrough::checks
