#include "plugin/model/version.hpp"

#include <charconv>

namespace pci_passthrough {

std::optional<std::pair<int, int>> version_in(std::string_view text) {
  std::pair<int, int> numbers;
  const auto* const end = text.data() + text.size();
  const auto major = std::from_chars(text.data(), end, numbers.first);
  if (major.ec != std::errc{} || major.ptr == end || *major.ptr != '.') return std::nullopt;
  const auto minor = std::from_chars(major.ptr + 1, end, numbers.second);
  if (minor.ec != std::errc{}) return std::nullopt;
  return numbers;
}

}  // namespace pci_passthrough
