#include "plugin/acpi/bytes.hpp"
#include "plugin/acpi/iommu_table.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t reserved_size = 24, scope_size = 6;
constexpr char broken_structure[] = "it is damaged: a structure in it ends outside of it";

/// Every device scope of a structure; nothing where one is broken.
std::optional<std::vector<DeviceScope>> scopes_of(std::string_view rest, std::uint16_t segment) {
  std::vector<DeviceScope> scopes;
  while (!rest.empty()) {
    const auto size = rest.size() < 2 ? 0u : number_at<std::uint8_t>(rest, 1);
    const auto bytes = take_structure(rest, size, scope_size + 2);
    if (!bytes || size % 2 != 0) return std::nullopt;
    const auto kind = number_at<std::uint8_t>(*bytes, 0);
    if (kind != 1 && kind != 2) continue;
    DeviceScope scope{DeviceScope::Kind(kind), segment, number_at<std::uint8_t>(*bytes, 5), {}};
    for (auto at = scope_size; at < size; at += 2)
      scope.path.push_back(
          {number_at<std::uint8_t>(*bytes, at), number_at<std::uint8_t>(*bytes, at + 1)});
    scopes.push_back(std::move(scope));
  }
  return scopes;
}

bool add_reserved(std::string_view bytes, IommuTable& table) {
  if (bytes.size() < reserved_size) return false;
  auto scopes = scopes_of(bytes.substr(reserved_size), number_at<std::uint16_t>(bytes, 6));
  const auto base = number_at<std::uint64_t>(bytes, 8), limit = number_at<std::uint64_t>(bytes, 16);
  if (!scopes || limit < base) return false;
  table.reserved.push_back({base, limit, std::move(*scopes), {}});
  return true;
}

}  // namespace

ReadTable read_dmar(std::string_view bytes) {
  if (auto error = error_of_table(bytes); !error.empty()) return {{}, std::move(error)};
  constexpr std::uint16_t reserved = 1;
  IommuTable table;
  table.interrupt_remapping = (number_at<std::uint8_t>(bytes, acpi_header + 1) & 1) != 0;
  for (auto rest = bytes.substr(first_structure); !rest.empty();) {
    const auto size = rest.size() < structure_head ? 0u : number_at<std::uint16_t>(rest, 2);
    const auto structure = take_structure(rest, size, structure_head);
    if (!structure) return {{}, broken_structure};
    const auto kind = number_at<std::uint16_t>(*structure, 0);
    if (kind == reserved && !add_reserved(*structure, table)) return {{}, broken_structure};
  }
  return {std::move(table), ""};
}

}  // namespace pci_passthrough
