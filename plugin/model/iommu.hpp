#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/acpi/iommu_table.hpp"
#include "plugin/pci/address.hpp"

namespace pci_passthrough {

struct Snapshot;

/// The IOMMU, by what Xen says of it and what the firmware does.
struct Iommu {
  std::optional<bool> on;  ///< Xen uses it: `xl info` has hvm_directio among virt_caps
  std::optional<bool> remaps_interrupts;  ///< by Xen's log; absent also where it is too old for it
  std::vector<std::string> why_off{};     ///< Xen's own lines on why it uses none, of its log
  std::string xen_command_line;           ///< "" unknown
  std::string table_path;  ///< "/sys/firmware/acpi/tables/RMAD"; "" where none was found
  ReadTable firmware;
};

/// Does Xen use it: as `xl info` has it, else as xapi read it when it started
/// (host.chipset_info:iommu, xapi's create_misc.ml), where xapi was asked.
struct IommuUse {
  std::optional<bool> on;
  std::string evidence;  ///< who says so
};
IommuUse iommu_use(const Snapshot& snapshot);

/// The functions that a region is reserved for, as far as they are there: each scope is followed
/// hop by hop, a bridge stands for all behind it.
std::vector<PciAddress> owners_of(const Snapshot& snapshot, const ReservedMemory& memory);

}  // namespace pci_passthrough
