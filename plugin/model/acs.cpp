#include "plugin/model/acs.hpp"

#include <algorithm>
#include <span>

#include "plugin/model/version.hpp"

namespace pci_passthrough {
namespace {

constexpr unsigned intel = 0x8086;

struct Models {
  unsigned vendor, first, last, step = 1;

  bool have(const Function& function) const {
    const auto device = function.device_id;
    return function.vendor_id == vendor && first <= device && device <= last &&
           (*device - first) % step == 0;
  }
};

/// Network controllers whose functions do not speak to each other (quirks.c
/// pci_quirk_mf_endpoint_acs, pci_quirk_wangxun_nic_acs).
constexpr Models networks[] = {
    {intel, 0x105e, 0x1060},  {intel, 0x10a7, 0x10a7},  {intel, 0x10a9, 0x10a9},
    {intel, 0x10c6, 0x10c6},  {intel, 0x10c9, 0x10c9},  {intel, 0x10d6, 0x10d6},
    {intel, 0x10d9, 0x10d9},  {intel, 0x10db, 0x10db},  {intel, 0x10dd, 0x10dd},
    {intel, 0x10e1, 0x10e1},  {intel, 0x10e6, 0x10e8},  {intel, 0x10f1, 0x10f1},
    {intel, 0x10f7, 0x10fc},  {intel, 0x1507, 0x1507},  {intel, 0x1509, 0x150a},
    {intel, 0x150d, 0x1511},  {intel, 0x1514, 0x1514},  {intel, 0x1516, 0x1516},
    {intel, 0x1518, 0x1518},  {intel, 0x151c, 0x151c},  {intel, 0x1521, 0x1524},
    {intel, 0x1526, 0x1527},  {intel, 0x1529, 0x152a},  {intel, 0x154d, 0x154d},
    {intel, 0x154f, 0x154f},  {intel, 0x1551, 0x1551},  {intel, 0x1558, 0x1558},
    {intel, 0x15b7, 0x15b8},  {0x1924, 0x0903, 0x0903}, {0x1924, 0x0923, 0x0923},
    {0x1924, 0x0a03, 0x0a03}, {0x19a2, 0x0710, 0x0710}, {0x10df, 0x0720, 0x0720},
    {0x14e4, 0x16d7, 0x16d7}, {0x14e4, 0x1750, 0x1752}, {0x14e4, 0x1760, 0x1763},
    {0x8088, 0x0100, 0x010f}, {0x8088, 0x1001, 0x1001}, {0x8088, 0x2001, 0x2001},
    {0x8088, 0x5010, 0x5010}, {0x8088, 0x5025, 0x5025}, {0x8088, 0x5040, 0x5040},
    {0x8088, 0x5110, 0x5110}, {0x8088, 0x5125, 0x5125}, {0x8088, 0x5140, 0x5140},
};

/// Root ports of Intel's chipsets of the series 5 to 9, C600 and C610, which have no ACS but keep
/// their requests apart once the kernel has told the chipset so (quirks.c
/// pci_quirk_intel_pch_acs_ids).
constexpr Models chipset_ports[] = {
    {intel, 0x3b42, 0x3b51}, {intel, 0x1c10, 0x1c1f}, {intel, 0x1d10, 0x1d1e, 2},
    {intel, 0x1e10, 0x1e1f}, {intel, 0x8c10, 0x8c1f}, {intel, 0x8c90, 0x8c9e, 2},
    {intel, 0x8d10, 0x8d1e}, {intel, 0x9c10, 0x9c1b}, {intel, 0x9c90, 0x9c9b},
};
std::optional<bool> kernel_knows_chipset_ports(const Snapshot& snapshot) {
  constexpr std::pair since{3, 15};
  const auto version = version_in(snapshot.boot.kernel_release);
  return version ? std::optional(*version >= since) : std::nullopt;
}

bool is_one_of(std::span<const Models> models, const Function& function) {
  return std::ranges::any_of(models, [&](const auto& each) { return each.have(function); });
}

/// Source validation, request and completion redirect, upstream forwarding: each that the function
/// has is on (iommu.c REQ_ACS_FLAGS).
std::optional<bool> redirects(const ConfigSpace& config) {
  constexpr unsigned required = 0x1d;
  if (!config.acs) return config.all_extended ? std::optional(false) : std::nullopt;
  const auto wanted = required & config.acs->can;
  return (config.acs->does & wanted) == wanted;
}

}  // namespace

std::optional<bool> is_multifunction(const Function& function) {
  if (function.physical_function) return false;
  if (function.address.function > 0) return true;
  return function.config ? std::optional(function.config->multifunction) : std::nullopt;
}

std::optional<bool> is_isolated_by_acs(const Snapshot& snapshot, const Function& function) {
  if (is_one_of(networks, function)) return true;
  const auto& config = function.config;
  if (!config) return std::nullopt;
  if (!config->pcie) return config->is_pcie();
  switch (config->pcie->type) {
    case PcieType::pcie_to_pci_bridge:
    case PcieType::pci_to_pcie_bridge:
    case PcieType::event_collector:
      return false;
    case PcieType::root_port:
      if (is_one_of(chipset_ports, function)) return kernel_knows_chipset_ports(snapshot);
      [[fallthrough]];
    case PcieType::downstream_port:
      return redirects(*config);
    case PcieType::integrated_endpoint:
      if (function.vendor_id == intel) return true;
      [[fallthrough]];
    case PcieType::endpoint:
    case PcieType::legacy_endpoint:
    case PcieType::upstream_port:
      return *is_multifunction(function) ? redirects(*config) : true;
  }
  return true;
}

}  // namespace pci_passthrough
