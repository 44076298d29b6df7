#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// A little-endian number; the caller knows that it lies inside.
template <typename Number>
Number number_at(std::string_view bytes, std::size_t at) {
  Number number = 0;
  for (std::size_t i = sizeof number; i-- > 0;)
    number = static_cast<Number>(number << 8 | static_cast<unsigned char>(bytes[at + i]));
  return number;
}
template <>
inline std::uint8_t number_at<std::uint8_t>(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

inline constexpr std::size_t acpi_header = 36, first_structure = 48,
                             structure_head = 4;  ///< type and length, whichever table

/// Why the bytes are no whole ACPI table of this kind (ACPI 5.2.6: length, checksum); "" if they
/// are.
std::string error_of_table(std::string_view bytes);

/// Takes the next structure off: its bytes, as long as it says itself. Nothing where it is shorter
/// than `least` or longer than what is left.
std::optional<std::string_view> take_structure(std::string_view& rest, std::size_t size,
                                               std::size_t least);

}  // namespace pci_passthrough
