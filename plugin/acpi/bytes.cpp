#include "plugin/acpi/bytes.hpp"

#include <numeric>

namespace pci_passthrough {

std::string error_of_table(std::string_view bytes) {
  if (bytes.size() < first_structure) return "it is cut: its header is not whole";
  const auto length = number_at<std::uint32_t>(bytes, 4);
  if (length != bytes.size())
    return "it is cut: it should have " + std::to_string(length) + " bytes, and has " +
           std::to_string(bytes.size());
  const auto sum = std::accumulate(bytes.begin(), bytes.end(), 0u, [](unsigned all, char byte) {
    return all + static_cast<unsigned char>(byte);
  });
  return sum % 256 == 0 ? "" : "it is damaged: its checksum is wrong";
}

std::optional<std::string_view> take_structure(std::string_view& rest, std::size_t size,
                                               std::size_t least) {
  if (size < least || size > rest.size()) return std::nullopt;
  const auto structure = rest.substr(0, size);
  rest.remove_prefix(size);
  return structure;
}

}  // namespace pci_passthrough
