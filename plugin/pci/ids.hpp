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

/// Looks names up in a pci.ids that comes in pieces, cut anywhere.
class PciIdsReader {
 public:
  explicit PciIdsReader(PciNames& names) : names_(names) {}

  void take(std::string_view piece);
  void end();  ///< of a text whose last line may be open

 private:
  enum class Within { nothing, vendor, device, base_class };

  void line(std::string_view text);
  void top(std::string_view text);
  void device_or_subclass(std::string_view text);
  void subsystem(std::string_view text);

  PciNames& names_;
  std::string open_;  ///< a line that is not whole yet
  Within within_ = Within::nothing;
  std::uint16_t top_ = 0, device_ = 0;  ///< vendor or base class; device
};

}  // namespace pci_passthrough
