#include "plugin/pci/config_space.hpp"

#include <algorithm>
#include <array>
#include <span>

#include "plugin/pci/capability_chain.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t header_size = 64, plain_size = 256, line = 16, extended_header_size = 4;
constexpr std::uint16_t serial_id = 0x0003, acs_id = 0x000d;
constexpr std::size_t serial_offset = 4, serial_size = 8, acs_size = 8, wide_acs_size = 12;

bool bit(std::uint32_t number, unsigned place) { return (number >> place & 1) != 0; }

/// One capability: what is taken of it, and how many bytes of it count.
struct Capability {
  std::uint16_t id;
  std::size_t size;
  void (*take)(ConfigSpace&, std::string_view);
};

std::uint32_t word(std::string_view bytes, std::size_t at) {
  return number_at(bytes, at, 2).value_or(0);
}
std::uint32_t dword(std::string_view bytes, std::size_t at) {
  return number_at(bytes, at, 4).value_or(0);
}

constexpr Capability capabilities[] = {
    {0x01, 6,
     [](ConfigSpace& space, std::string_view bytes) {
       space.no_soft_reset = bit(word(bytes, 4), 3);
     }},
    {0x05, 4,
     [](ConfigSpace& space, std::string_view bytes) {
       const auto control = word(bytes, 2);
       space.msi = {1u << (control >> 1 & 7), bit(control, 0)};
     }},
    {0x10, 8,
     [](ConfigSpace& space, std::string_view bytes) {
       const auto flags = word(bytes, 2);
       space.pcie = {static_cast<PcieType>(flags >> 4 & 15), bit(flags, 8),
                     bit(dword(bytes, 4), 28), false};
     }},
    {0x11, 4,
     [](ConfigSpace& space, std::string_view bytes) {
       const auto control = word(bytes, 2);
       space.msix = {(control & 0x7ff) + 1, bit(control, 15)};
     }},
    {0x13, 4,
     [](ConfigSpace& space, std::string_view bytes) {
       const auto flags = word(bytes, 2) >> 8;
       space.af_flr = bit(flags, 0) && bit(flags, 1);
     }},
};

constexpr Capability extended_capabilities[] = {
    {serial_id, serial_offset + serial_size,
     [](ConfigSpace& space, std::string_view bytes) {
       space.serial = static_cast<std::uint64_t>(dword(bytes, 8)) << 32 | dword(bytes, 4);
     }},
    {acs_id, acs_size,
     [](ConfigSpace& space, std::string_view bytes) {
       space.acs = {static_cast<std::uint16_t>(word(bytes, 4)),
                    static_cast<std::uint16_t>(word(bytes, bytes.size() == wide_acs_size ? 8 : 6))};
     }},
    {0x0010, 16,
     [](ConfigSpace& space, std::string_view bytes) { space.total_vfs = word(bytes, 14); }},
};

/// Root ports of Intel's 100 and 200 series hold each ACS register in four bytes instead of two
/// (quirks.c pci_quirk_intel_spt_pch_acs_match).
bool has_wide_acs(std::string_view bytes) {
  constexpr std::pair<unsigned, unsigned> models[] = {
      {0xa110, 0xa11f}, {0xa167, 0xa16a}, {0xa290, 0xa29f}, {0xa2e7, 0xa2ee}, {0x9d10, 0x9d1b}};
  const auto device = word(bytes, 2);
  return word(bytes, 0) == 0x8086 && std::ranges::any_of(models, [&](const auto& each) {
           return each.first <= device && device <= each.second;
         });
}

std::size_t size_of(const Capability& capability, std::string_view bytes) {
  return capability.id == acs_id && has_wide_acs(bytes) ? wide_acs_size : capability.size;
}

/// Takes what the chain leads to. Is that everything there is?
bool take_all(ConfigSpace& space, std::string_view bytes, const CapabilityChain& chain,
              std::span<const Capability> table) {
  bool whole = chain.whole;
  for (const auto& capability : table) {
    const auto place = chain.places.find(capability.id);
    if (place == chain.places.end()) continue;
    const auto size = size_of(capability, bytes);
    const auto found = bytes.substr(place->second, size);
    whole = whole && found.size() == size;
    if (found.size() == size) capability.take(space, found);
  }
  return whole;
}

/// What lies behind the part of a capability that is always there.
void take_more(ConfigSpace& space, std::string_view bytes, const CapabilityChain& chain) {
  constexpr std::size_t slot_at = 0x14, table_at = 4;
  constexpr std::uint32_t bar_mask = 7, hot_plug_and_surprise = 0x60;
  const auto number = [&](std::uint16_t id, std::size_t offset) {
    const auto place = chain.places.find(id);
    return place == chain.places.end() ? std::nullopt : number_at(bytes, place->second + offset, 4);
  };
  if (const auto slot = number(0x10, slot_at); slot && space.pcie && space.pcie->slot)
    space.pcie->hot_plug = (*slot & hot_plug_and_surprise) == hot_plug_and_surprise;
  if (const auto table = number(0x11, table_at))
    space.msix_table = {static_cast<unsigned>(*table & bar_mask),
                        static_cast<std::uint32_t>(*table) & ~bar_mask};
}

}  // namespace

std::string_view name_of(PcieType type) {
  constexpr std::array<std::string_view, 11> names = {"endpoint",
                                                      "legacy endpoint",
                                                      "",
                                                      "",
                                                      "root port",
                                                      "upstream port",
                                                      "downstream port",
                                                      "PCIe-to-PCI bridge",
                                                      "PCI-to-PCIe bridge",
                                                      "integrated endpoint",
                                                      "event collector"};
  const auto at = static_cast<std::size_t>(type);
  return at < names.size() ? names[at] : "";
}

std::optional<bool> ConfigSpace::is_pcie() const {
  if (pcie) return true;
  return all_capabilities ? std::optional(false) : std::nullopt;
}

std::optional<bool> ConfigSpace::has_msi() const {
  if (msi || msix) return true;
  return all_capabilities ? std::optional(false) : std::nullopt;
}

std::optional<ConfigSpace> parse_config_space(std::string_view bytes) {
  constexpr std::uint8_t type_mask = 0x7f, last_type = 2;
  if (bytes.size() < header_size) return std::nullopt;
  const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[at]); };
  ConfigSpace space;
  space.header_type = byte(0x0e) & type_mask;
  if (space.header_type > last_type) return std::nullopt;
  space.multifunction = bit(byte(0x0e), 7);
  space.revision = byte(0x08);
  space.interrupt_pin = byte(0x3d);
  const auto plain = bytes.substr(0, plain_size);
  const auto chain = capability_chain(plain);
  space.all_capabilities = take_all(space, plain, chain, capabilities);
  take_more(space, plain, chain);
  space.all_extended = space.pcie
                           ? take_all(space, bytes, extended_chain(bytes), extended_capabilities)
                           : space.all_capabilities;
  return space;
}

std::size_t config_space_wanted(std::string_view bytes) {
  const auto space = parse_config_space(bytes);
  if (!space) return header_size;
  if (bytes.size() < plain_size) return capability_chain(bytes).whole ? header_size : plain_size;
  if (!space->pcie) return plain_size;
  const auto chain = extended_chain(bytes);
  std::size_t wanted = chain.next + extended_header_size;
  for (const auto& capability : extended_capabilities)
    if (const auto place = chain.places.find(capability.id); place != chain.places.end())
      wanted = std::max(wanted, place->second + size_of(capability, bytes));
  return (wanted + line - 1) / line * line;
}

std::string without_serial(std::string bytes) {
  const auto chain = extended_chain(bytes);
  if (const auto place = chain.places.find(serial_id); place != chain.places.end()) {
    const auto begin = std::min(place->second + serial_offset, bytes.size());
    const auto size = std::min(serial_size, bytes.size() - begin);
    bytes.replace(begin, size, size, '\0');
  }
  return bytes;
}

}  // namespace pci_passthrough
