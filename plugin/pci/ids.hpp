#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <tuple>

namespace pci_passthrough {

/// The names that pci.ids has for the ids asked for, found in one pass over its text.
struct PciNames {
  std::map<std::uint16_t, std::string> vendors;
  std::map<std::tuple<std::uint16_t, std::uint16_t>, std::string> devices;  ///< vendor, device
  /// vendor, device, subsystem vendor, subsystem device
  std::map<std::tuple<std::uint16_t, std::uint16_t, std::uint16_t, std::uint16_t>, std::string>
      subsystems;
  std::map<std::uint16_t, std::string> classes;      ///< class and subclass: 0x0106
  std::map<std::uint8_t, std::string> base_classes;  ///< 0x01

  /// Keys present in the maps are what is asked for; their values are filled in where the text has
  /// them, and stay "" where it has not.
  void look_up(std::string_view pci_ids);

  /// The class's name, else its base class's; "" where neither was found.
  std::string class_name(std::uint16_t code) const;

  /// What was found, as a pci.ids of its own.
  std::string excerpt() const;
};

}  // namespace pci_passthrough
