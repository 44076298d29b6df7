#include "plugin/model/release.hpp"

#include <charconv>

namespace pci_passthrough {

std::optional<Release> release_of(std::string_view version) {
  Release release;
  const char* end = version.data() + version.size();
  const auto [dot, error] = std::from_chars(version.data(), end, release.first);
  if (error != std::errc{} || dot == end || *dot != '.') return std::nullopt;
  if (std::from_chars(dot + 1, end, release.second).ec != std::errc{}) return std::nullopt;
  return release;
}

}  // namespace pci_passthrough
