#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// A device as a table names it: where its way begins, and the hops from there.
struct DeviceScope {
  /// VT-d 8.3.1. One that is no PCI function (IOAPIC, HPET, ACPI namespace) is left out.
  enum class Kind : std::uint8_t { endpoint = 1, bridge = 2 };
  struct Hop {
    std::uint8_t device = 0, function = 0;
  };
  Kind kind = Kind::endpoint;
  std::uint16_t segment = 0;
  std::uint8_t start_bus = 0;
  std::vector<Hop> path;
};

/// A range of AMD's device ids, bus << 8 | device << 3 | function, both ends included.
struct DeviceIds {
  std::uint16_t segment = 0, first = 0, last = 0;
};

/// Memory that the firmware keeps for devices, whoever owns them.
struct ReservedMemory {
  std::uint64_t base = 0, limit = 0;  ///< first and last byte
  std::vector<DeviceScope> scopes;    ///< DMAR
  std::vector<DeviceIds> ids;         ///< IVRS
};

/// What the firmware says of its IOMMUs.
struct IommuTable {
  std::optional<bool> interrupt_remapping;  ///< DMAR alone tells
  std::vector<ReservedMemory> reserved;
};

/// A table, or why it cannot be believed: cut, damaged, or of a form that is not known.
struct ReadTable {
  std::optional<IommuTable> table;
  std::string error;
};
/// The ACPI table DMAR (VT-d 8.1), whatever its signature: Xen gives it another (RMAD, XMAR) so
/// that dom0 does not find it (xen/drivers/passthrough/vtd/dmar.c acpi_dmar_zap).
ReadTable read_dmar(std::string_view bytes);
/// The ACPI table IVRS (AMD IOMMU 5.2).
ReadTable read_ivrs(std::string_view bytes);

}  // namespace pci_passthrough
