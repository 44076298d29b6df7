#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string_view>

namespace pci_passthrough {

/// A little-endian number; nothing where the bytes end before it does.
std::optional<std::uint32_t> number_at(std::string_view bytes, std::size_t at, std::size_t size);

/// Where the first capability of each id stands.
struct CapabilityChain {
  std::map<std::uint16_t, std::size_t> places;
  bool whole = false;    ///< followed to its end, or round its loop
  std::size_t next = 0;  ///< else: where it goes on, behind what was read
};

/// From 40 on; its head is named by the header (34, or 14 of a CardBus bridge).
CapabilityChain capability_chain(std::string_view bytes);
/// From 100 on. Not whole where there are no bytes there, even of a function that has none.
CapabilityChain extended_chain(std::string_view bytes);

}  // namespace pci_passthrough
