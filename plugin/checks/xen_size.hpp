#pragma once

#include <charconv>
#include <cstdint>
#include <optional>
#include <string_view>

namespace pci_passthrough::checks {

/// Bytes of "8192M", by Xen's units (xen/common/lib.c parse_size_and_unit: KiB without one);
/// nothing where it is no plain size.
inline std::optional<std::uint64_t> size_in(std::string_view text) {
  constexpr std::string_view units = "BKMGT";
  std::uint64_t number = 0;
  const char* end = text.data() + text.size();
  const auto [rest, error] = std::from_chars(text.data(), end, number);
  if (error != std::errc{} || end - rest > 1) return std::nullopt;
  const char unit = rest == end ? 'K' : static_cast<char>(*rest & ~0x20);
  const auto power = units.find(unit);
  if (power == std::string_view::npos) return std::nullopt;
  return number << (10 * power);
}

}  // namespace pci_passthrough::checks
