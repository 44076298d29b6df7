#include "plugin/model/reset.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

bool is_on_root_bus(const Function& function) {
  return function.path.empty() || function.path.back().segment != function.address.segment;
}

bool may_reset_bus(const Snapshot& snapshot, const Function& function) {
  const bool has_bus_of_its_own = function.config->header_type != 0;
  return !is_on_root_bus(function) && !has_bus_of_its_own && !function.physical_function &&
         hit_by_bus_reset(snapshot, function).empty();
}

std::vector<std::string> without_refused(const Snapshot& snapshot, const Function& function) {
  auto methods = *function.reset_methods;
  if (!hit_by_bus_reset(snapshot, function).empty()) std::erase(methods, "bus");
  return methods;
}

}  // namespace

std::optional<std::vector<std::string>> computed_reset_methods(const Snapshot& snapshot,
                                                               const Function& function) {
  const auto& config = function.config;
  if (!config || !config->all_capabilities) return std::nullopt;
  const struct {
    const char* name;
    bool works;
  } ways[] = {
      {"flr", config->pcie && config->pcie->flr},
      {"af_flr", config->af_flr == true},
      {"pm", config->no_soft_reset == false},
      {"bus", may_reset_bus(snapshot, function)},
  };
  std::vector<std::string> methods;
  for (const auto& [name, works] : ways)
    if (works) methods.emplace_back(name);
  return methods;
}

std::optional<std::vector<std::string>> reset_methods(const Snapshot& snapshot,
                                                      const Function& function) {
  if (function.reset_methods) return without_refused(snapshot, function);
  if (function.can_reset == false) return std::vector<std::string>{};
  auto computed = computed_reset_methods(snapshot, function);
  const bool is_told = computed && !computed->empty();
  if (function.can_reset && !is_told) return std::vector<std::string>{"kernel's own"};
  return computed;
}

std::vector<PciAddress> hit_by_bus_reset(const Snapshot& snapshot, const Function& function) {
  std::vector<PciAddress> hit;
  if (is_on_root_bus(function)) return hit;
  for (const auto& other : snapshot.functions)
    if (other.address != function.address &&
        std::ranges::count(other.path, function.path.back()) != 0)
      hit.push_back(other.address);
  return hit;
}

}  // namespace pci_passthrough
