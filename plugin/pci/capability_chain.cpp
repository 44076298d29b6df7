#include "plugin/pci/capability_chain.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t status_at = 0x06, header_type_at = 0x0e, first_at = 0x40;
constexpr std::size_t extended_at = 0x100, space = 4096;

std::size_t head_at(std::string_view bytes) {
  constexpr unsigned cardbus = 2, type_mask = 0x7f;
  const auto type = number_at(bytes, header_type_at, 1).value_or(0) & type_mask;
  return type == cardbus ? 0x14 : 0x34;
}

}  // namespace

std::optional<std::uint32_t> number_at(std::string_view bytes, std::size_t at, std::size_t size) {
  if (at + size > bytes.size()) return std::nullopt;
  std::uint32_t number = 0;
  for (std::size_t i = 0; i < size; ++i)
    number |= static_cast<std::uint32_t>(static_cast<unsigned char>(bytes[at + i])) << (8 * i);
  return number;
}

CapabilityChain capability_chain(std::string_view bytes) {
  constexpr unsigned has_capabilities = 0x10, no_capability = 0xff, at_most = 48;
  CapabilityChain chain;
  const auto status = number_at(bytes, status_at, 2);
  auto next = number_at(bytes, head_at(bytes), 1);
  if (!status || !next) return chain;
  if ((*status & has_capabilities) == 0) next = 0;
  for (unsigned i = 0; i < at_most && *next >= first_at; ++i) {
    const std::size_t at = *next & ~3u;
    const auto header = number_at(bytes, at, 2);
    chain.next = at;
    if (!header) return chain;
    if ((*header & 0xff) == no_capability) break;
    chain.places.try_emplace(static_cast<std::uint16_t>(*header & 0xff), at);
    next = *header >> 8;
  }
  chain.whole = true;
  return chain;
}

CapabilityChain extended_chain(std::string_view bytes) {
  constexpr std::uint32_t off = 0xffffffff;
  constexpr std::size_t at_most = (space - extended_at) / 8;
  CapabilityChain chain;
  std::size_t at = extended_at;
  for (std::size_t i = 0; i < at_most && at >= extended_at; ++i) {
    const auto header = number_at(bytes, at, 4);
    chain.next = at;
    if (!header) return chain;
    if (*header == 0 || *header == off) break;
    chain.places.try_emplace(static_cast<std::uint16_t>(*header), at);
    at = *header >> 20 & ~3u;
  }
  chain.whole = true;
  return chain;
}

}  // namespace pci_passthrough
