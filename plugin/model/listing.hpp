#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "plugin/model/access.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/pci/address.hpp"
#include "plugin/pci/config_space.hpp"

namespace pci_passthrough {

/// Absent: unknown. There, and holding nothing: it has none.
template <typename Fact>
using Told = std::optional<std::optional<Fact>>;

struct ListedPcie {
  std::string type;  ///< "root port"; "" for a type without a name
  bool flr = false;
  std::optional<bool> slot;  ///< of a port: it leads to a slot
  bool operator==(const ListedPcie&) const = default;
};

/// The kernel's names of the bits: "SV", "RR".
struct ListedAcs {
  std::vector<std::string> can, does;
  bool operator==(const ListedAcs&) const = default;
};

struct ListedCapabilities {
  Told<ListedPcie> pcie;
  Told<Vectors> msi, msix;
  Told<bool> af_flr, no_soft_reset;
  Told<ListedAcs> acs;
  Told<unsigned> total_vfs;
  Told<std::string> serial;  ///< as lspci writes it: "a0-36-9f-ff-ff-5c-21-80"
  bool operator==(const ListedCapabilities&) const = default;
};

struct ListedUse {
  std::string kind, name;  ///< as of Use (usage.hpp)
  bool critical = false;
  bool operator==(const ListedUse&) const = default;
};

struct ListedVm {
  std::string uuid, name, power_state;
  bool operator==(const ListedVm&) const = default;
};

/// One PCI function as `list` tells of it. Absent is unknown; a name that is "" is not known
/// either.
struct ListedDevice {
  PciAddress address;
  std::optional<std::vector<PciAddress>> path;  ///< the bridges above it, from the root port down
  std::optional<std::uint16_t> vendor_id, device_id, subsystem_vendor_id, subsystem_device_id;
  std::optional<std::uint16_t> class_id;  ///< 0x0c03
  std::optional<std::uint8_t> prog_if, revision, header_type;
  std::string vendor, device, subsystem, class_name;
  std::optional<int> numa_node;
  std::optional<bool> boot_vga;
  std::optional<std::string> driver;  ///< "" where none is bound
  Dom0Access dom0_access = Dom0Access::unknown;
  std::optional<PciAddress> physical_function;
  std::vector<PciAddress> virtual_functions;
  std::optional<PciAddress> isolation_group;      ///< its lowest member
  std::optional<std::vector<std::string>> reset;  ///< the first way first
  std::vector<PciAddress> reset_hits;
  std::optional<ListedCapabilities> capabilities;
  std::vector<ListedUse> used_by;
  std::optional<std::vector<ListedVm>> vms;          ///< who wants it
  std::optional<std::vector<std::string>> findings;  ///< codes

  bool operator==(const ListedDevice&) const = default;
};

struct ListedHost {
  std::string uuid, name, product, version, boot_loader, boot_file;  ///< "" unknown
  std::optional<bool> iommu, efi;
  bool operator==(const ListedHost&) const = default;
};

/// What `list` answers of one host: its JSON, its table and its picture are made of this alone.
struct Listing {
  ListedHost host;
  std::vector<ListedDevice> devices;  ///< by address
  Unreadable unreadable;

  const ListedDevice* find(const PciAddress& address) const;
  bool operator==(const Listing&) const = default;
};

std::string ids_of(const ListedDevice& device);  ///< "10de:24b0"; "" unknown
/// "NVIDIA Corporation GA104GL [RTX A4000]", else its ids.
std::string full_name_of(const ListedDevice& device);
/// dom0's, without what it only sees: "mount /".
std::vector<std::string> real_uses_of(const ListedDevice& device);

}  // namespace pci_passthrough
