#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// Where a PCI function lives: segment:bus:device.function, in short its SBDF.
struct PciAddress {
  std::uint32_t segment = 0;  ///< 16 bits in hardware; Linux numbers VMD segments above that.
  std::uint8_t bus = 0;
  std::uint8_t device = 0;    ///< 00 to 1f
  std::uint8_t function = 0;  ///< 0 to 7

  /// Reads "0000:03:00.1" or, on segment 0, "03:00.1". Anything else is not an address.
  static std::optional<PciAddress> parse(std::string_view text);

  /// The form that the kernel, xapi and lspci -D print: "0000:03:00.1", lower case.
  std::string text() const;

  /// Neither pciback nor xapi reads a segment above ffff (VMD).
  bool is_nameable() const { return segment <= 0xffff; }

  bool same_slot(const PciAddress& other) const {
    return segment == other.segment && bus == other.bus && device == other.device;
  }
  auto operator<=>(const PciAddress&) const = default;
};

}  // namespace pci_passthrough
