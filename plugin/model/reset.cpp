#include "plugin/model/reset.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

using Methods = std::vector<std::string>;

bool may_reset_bus(const Function& function, const std::vector<PciAddress>& bus_hits) {
  const bool has_bus_of_its_own = function.config->header_type != 0;
  return !is_on_root_bus(function) && !has_bus_of_its_own && !function.physical_function &&
         bus_hits.empty();
}

std::optional<Methods> methods_of(const Function& function,
                                  const std::vector<PciAddress>& bus_hits) {
  if (function.reset_methods) {
    auto methods = *function.reset_methods;
    if (!bus_hits.empty()) std::erase(methods, "bus");
    return methods;
  }
  if (function.can_reset == false) return Methods{};
  auto computed = computed_reset_methods(function, bus_hits);
  const bool is_told = computed && !computed->empty();
  if (function.can_reset && !is_told) return Methods{"kernel's own"};
  return computed;
}

}  // namespace

bool is_on_root_bus(const Function& function) {
  return function.path.empty() || function.path.back().segment != function.address.segment;
}

bool hangs_on_flr(const Function& function) {
  constexpr std::pair<std::uint16_t, std::uint16_t> models[] = {
      {0x1022, 0x149c}, {0x1022, 0x1487}, {0x1022, 0x148c}, {0x1022, 0x7901},
      {0x8086, 0x1502}, {0x8086, 0x1503}, {0x14c3, 0x0616}};
  return std::ranges::any_of(models, [&](const auto& model) {
    return function.vendor_id == model.first && function.device_id == model.second;
  });
}

std::optional<Methods> computed_reset_methods(const Function& function,
                                              const std::vector<PciAddress>& bus_hits) {
  const auto& config = function.config;
  if (!config || !config->all_capabilities) return std::nullopt;
  const struct {
    const char* name;
    bool works;
  } ways[] = {
      {"flr", config->pcie && config->pcie->flr && !hangs_on_flr(function)},
      {"af_flr", config->af_flr == true && !hangs_on_flr(function)},
      {"pm", config->no_soft_reset == false},
      {"bus", may_reset_bus(function, bus_hits)},
  };
  Methods methods;
  for (const auto& [name, works] : ways)
    if (works) methods.emplace_back(name);
  return methods;
}

ResetWays reset_ways(const Function& function, const std::vector<PciAddress>& beside) {
  auto hits = beside;
  std::erase(hits, function.address);
  auto methods = methods_of(function, hits);
  return {std::move(methods), std::move(hits)};
}

}  // namespace pci_passthrough
