#include <limits>

#include "plugin/acpi/bytes.hpp"
#include "plugin/acpi/iommu_table.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t memory_size = 32;
constexpr char broken_block[] = "it is damaged: a block in it ends outside of it";

/// IVMD blocks: for all devices, for one, for a range.
enum Kind : std::uint8_t { memory_of_all = 0x20, memory_of_one = 0x21, memory_of_range = 0x22 };

bool is_memory(std::uint8_t kind) { return kind >= memory_of_all && kind <= memory_of_range; }

/// Mapped one to one, or left out of the mapping: the device reaches it either way.
constexpr std::uint8_t unity_mapped = 1, excluded = 8;

bool add_memory(std::string_view bytes, IommuTable& table) {
  if (bytes.size() < memory_size) return false;
  constexpr auto last_id = std::numeric_limits<std::uint16_t>::max();
  const auto id = number_at<std::uint16_t>(bytes, 4), aux = number_at<std::uint16_t>(bytes, 6);
  const auto segment = number_at<std::uint16_t>(bytes, 8);
  const auto base = number_at<std::uint64_t>(bytes, 16), size = number_at<std::uint64_t>(bytes, 24);
  const auto kind = number_at<std::uint8_t>(bytes, 0);
  if (size == 0 || base + (size - 1) < base) return false;
  if (kind == memory_of_range && aux < id) return false;
  if ((number_at<std::uint8_t>(bytes, 1) & (unity_mapped | excluded)) == 0) return true;
  const DeviceIds ids = kind == memory_of_all   ? DeviceIds{segment, 0, last_id}
                        : kind == memory_of_one ? DeviceIds{segment, id, id}
                                                : DeviceIds{segment, id, aux};
  table.reserved.push_back({base, base + (size - 1), {}, {ids}});
  return true;
}

}  // namespace

ReadTable read_ivrs(std::string_view bytes) {
  if (auto error = error_of_table(bytes); !error.empty()) return {{}, std::move(error)};
  IommuTable table;
  for (auto rest = bytes.substr(first_structure); !rest.empty();) {
    const auto size = rest.size() < structure_head ? 0u : number_at<std::uint16_t>(rest, 2);
    const auto block = take_structure(rest, size, structure_head);
    if (!block) return {{}, broken_block};
    const auto kind = number_at<std::uint8_t>(*block, 0);
    if (is_memory(kind) && !add_memory(*block, table)) return {{}, broken_block};
  }
  return {std::move(table), ""};
}

}  // namespace pci_passthrough
