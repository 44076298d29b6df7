#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// The port type of a PCI Express capability (PCI Express Base Specification, 7.5.3.2).
enum class PcieType : std::uint8_t {
  endpoint = 0,
  legacy_endpoint = 1,
  root_port = 4,
  upstream_port = 5,
  downstream_port = 6,
  pcie_to_pci_bridge = 7,
  pci_to_pcie_bridge = 8,
  integrated_endpoint = 9,
  event_collector = 10,
};
/// "root port"; "" for a type that is none of these.
std::string_view name_of(PcieType type);

struct Pcie {
  PcieType type = PcieType::endpoint;
  bool slot = false;      ///< the port leads to a slot
  bool flr = false;       ///< function level reset
  bool hot_plug = false;  ///< its card may be pulled out unannounced
};

/// The bits of an ACS capability: what the function can do, and what is switched on.
struct Acs {
  std::uint16_t can = 0, does = 0;
};

struct Vectors {
  unsigned count = 0;
  bool enabled = false;
  bool operator==(const Vectors&) const = default;
};

/// Where the table of MSI-X vectors lies: in which BAR, and how many bytes into it.
struct MsixTable {
  unsigned bar = 0;
  std::uint32_t offset = 0;
};

/// A function's config space as far as it could be read. Anyone but root gets 64 bytes, and a host
/// without MMCONFIG 256; so a capability that is absent here is one that the function does not have
/// only where its chain was read to the end, and unknown elsewhere.
struct ConfigSpace {
  std::uint8_t header_type = 0;  ///< 0 endpoint, 1 bridge, 2 CardBus
  bool multifunction = false;
  std::uint8_t revision = 0;
  std::uint8_t interrupt_pin = 0;  ///< 0 none, 1 to 4 INTA to INTD

  bool all_capabilities = false;  ///< their chain was read to its end
  std::optional<Pcie> pcie;
  std::optional<bool> no_soft_reset;  ///< of power management: D3 and back resets nothing
  std::optional<bool> af_flr;         ///< of Advanced Features, for conventional PCI
  std::optional<Vectors> msi, msix;
  std::optional<MsixTable> msix_table;

  bool all_extended = false;
  std::optional<Acs> acs;
  std::optional<std::uint64_t> serial;
  std::optional<unsigned> total_vfs;

  /// Nothing where it cannot be told.
  std::optional<bool> is_pcie() const;
  std::optional<bool> has_msi() const;  ///< MSI or MSI-X
};

/// Reads 64 to 4,096 bytes; nothing where they are no config space (a function that is off reads as
/// ff). Chains are followed as Linux does (pci.c pci_find_capability): the first of a kind counts,
/// and a loop ends.
std::optional<ConfigSpace> parse_config_space(std::string_view bytes);

/// How much of the space is to be read, told from what was read so far: never more than up to the
/// last capability, since some functions hang when what they do not define is read (lspci(8),
/// -xxx).
std::size_t config_space_wanted(std::string_view bytes);

/// The bytes with the device serial number zeroed: a NIC's holds its MAC address.
std::string without_serial(std::string bytes);

}  // namespace pci_passthrough
