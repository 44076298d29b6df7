#pragma once

#include <compare>
#include <cstdint>

namespace pci_passthrough {

/// Base class, subclass and programming interface as sysfs prints them: 0x0c0330.
struct ClassCode {
  std::uint32_t value = 0;

  std::uint8_t base() const { return static_cast<std::uint8_t>(value >> 16); }
  std::uint16_t id() const { return static_cast<std::uint16_t>(value >> 8); }  ///< 0x0c03
  std::uint8_t prog_if() const { return static_cast<std::uint8_t>(value); }

  bool is_storage() const { return base() == 0x01; }
  bool is_disk_adapter() const { return is_storage() || id() == 0x0c04; }  ///< or Fibre Channel
  bool is_network() const { return base() == 0x02; }
  bool is_display() const { return base() == 0x03; }
  bool is_bridge() const { return base() == 0x06; }
  bool is_pci_bridge() const { return id() == 0x0604 || id() == 0x0609; }
  bool is_usb() const { return id() == 0x0c03; }
  /// A disk may hang on it: storage, network (iSCSI, NFS), FireWire, SSA, USB, Fibre Channel,
  /// InfiniBand.
  bool may_carry_disks() const {
    return is_storage() || is_network() || (base() == 0x0c && (value >> 8 & 0xff) != 0x05);
  }
  auto operator<=>(const ClassCode&) const = default;
};

}  // namespace pci_passthrough
