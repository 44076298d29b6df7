#include "plugin/pci/address.hpp"

#include <charconv>
#include <cstdio>

namespace pci_passthrough {
namespace {

template <typename Number>
bool read_hex(std::string_view digits, Number highest, Number& value) {
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, value, 16);
  return error == std::errc{} && stop == end && value <= highest;
}

bool read_segment(std::string_view text, std::uint32_t& value) {
  return text.size() >= 5 && text.size() <= 9 && text.back() == ':' &&
         read_hex(text.substr(0, text.size() - 1), 0xffffffffu, value);
}

}  // namespace

std::optional<PciAddress> PciAddress::parse(std::string_view text) {
  constexpr std::size_t short_size = std::string_view("03:00.1").size();
  if (text.size() < short_size) return {};
  const auto segment = text.substr(0, text.size() - short_size);
  const auto rest = text.substr(segment.size());

  PciAddress address;
  const bool valid = (segment.empty() || read_segment(segment, address.segment)) &&
                     read_hex<std::uint8_t>(rest.substr(0, 2), 0xff, address.bus) &&
                     rest[2] == ':' &&
                     read_hex<std::uint8_t>(rest.substr(3, 2), 0x1f, address.device) &&
                     rest[5] == '.' && read_hex<std::uint8_t>(rest.substr(6), 7, address.function);
  return valid ? std::optional(address) : std::nullopt;
}

std::string PciAddress::text() const {
  char buffer[sizeof "ffffffff:ff:ff.ff"];
  std::snprintf(buffer, sizeof buffer, "%04x:%02x:%02x.%x", segment, bus, device, function);
  return buffer;
}

}  // namespace pci_passthrough
