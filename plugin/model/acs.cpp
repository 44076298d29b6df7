#include "plugin/model/acs.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

constexpr std::uint16_t intel = 0x8086;

struct Model {
  std::uint16_t vendor, device;
};
/// Network controllers whose functions do not speak to each other (quirks.c
/// pci_quirk_mf_endpoint_acs).
constexpr std::array intel_networks = std::to_array<std::uint16_t>(
    {0x105e, 0x105f, 0x1060, 0x10a7, 0x10a9, 0x10c6, 0x10c9, 0x10d6, 0x10d9, 0x10db,
     0x10dd, 0x10e1, 0x10e6, 0x10e7, 0x10e8, 0x10f1, 0x10f7, 0x10f8, 0x10f9, 0x10fa,
     0x10fb, 0x10fc, 0x1507, 0x1509, 0x150a, 0x150d, 0x150e, 0x150f, 0x1510, 0x1511,
     0x1514, 0x1516, 0x1518, 0x151c, 0x1521, 0x1522, 0x1523, 0x1524, 0x1526, 0x1527,
     0x1529, 0x152a, 0x154d, 0x154f, 0x1551, 0x1558, 0x15b7, 0x15b8});
constexpr std::array other_networks = {Model{0x1924, 0x0903}, Model{0x1924, 0x0923},
                                       Model{0x19a2, 0x0710}, Model{0x10df, 0x0720}};

bool is_isolated_model(const Function& function) {
  if (function.vendor_id == intel && std::ranges::count(intel_networks, function.device_id) != 0)
    return true;
  return std::ranges::any_of(other_networks, [&](const Model& model) {
    return function.vendor_id == model.vendor && function.device_id == model.device;
  });
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

std::optional<bool> is_isolated_by_acs(const Function& function) {
  if (is_isolated_model(function)) return true;
  const auto& config = function.config;
  if (!config) return std::nullopt;
  if (!config->pcie) return config->is_pcie();
  switch (config->pcie->type) {
    case PcieType::pcie_to_pci_bridge:
    case PcieType::pci_to_pcie_bridge:
    case PcieType::event_collector:
      return false;
    case PcieType::root_port:
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
