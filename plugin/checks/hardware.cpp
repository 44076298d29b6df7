#include <algorithm>
#include <iterator>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/reset.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {
namespace {

std::string reset_evidence(const Function& function) {
  if (function.reset_methods) return sysfs(function, "reset_method");
  return sysfs(function, function.can_reset == false ? "reset" : "config");
}

/// The bridge to conventional PCI that is nearest to the root; null where there is none.
std::optional<const Function*> conventional_bridge(const Snapshot& snapshot,
                                                   const Function& function) {
  bool is_known = true;
  for (const auto& address : function.path) {
    if (address.segment != function.address.segment) continue;
    const Function* bridge = snapshot.find(address);
    const auto conventional = bridge ? leads_to_conventional(*bridge) : std::nullopt;
    if (bridge && conventional == true) return bridge;
    is_known = is_known && conventional;
  }
  return is_known ? std::optional<const Function*>(nullptr) : std::nullopt;
}

bool are_one_vms(const Snapshot& snapshot, const std::vector<PciAddress>& addresses) {
  return std::ranges::any_of(wishes_of(snapshot), [&](const VmWish& wish) {
    return std::ranges::all_of(addresses, [&](const auto& one) { return wish.wants_here(one); });
  });
}

bool uses_line(const Function& function) {
  const auto& config = function.config;
  const bool has_driver = function.driver && !function.driver->empty();
  if (!config) return has_driver;
  return has_driver && config->interrupt_pin != 0 && !(config->msi && config->msi->enabled) &&
         !(config->msix && config->msix->enabled);
}

/// Who else in dom0 handles the line, by the kernel's own list; absent where there is none.
std::optional<std::vector<std::string>> handlers_beside(const Snapshot& snapshot,
                                                        const Function& function) {
  if (!snapshot.handlers) return std::nullopt;
  const auto line = snapshot.handlers->find(*function.irq);
  if (line == snapshot.handlers->end()) return std::vector<std::string>{};
  const bool one_is_its_own = uses_line(function) && function.driver != "pciback";
  return line->second.size() > (one_is_its_own ? 1u : 0u) ? line->second
                                                          : std::vector<std::string>{};
}

}  // namespace

Reasons cannot_be_reset(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto methods = reset_methods(snapshot, function);
  if (!methods)
    return {{"it cannot be told whether " + what_it_is(function) + " can be reset",
             reset_evidence(function), FindingState::unknown}};
  if (!methods->empty() || !hit_by_bus_reset(snapshot, function).empty()) return {};
  return {{what_it_is(function) + " cannot be reset: what one VM leaves in it, the next one finds",
           reset_evidence(function)}};
}

Reasons bus_reset_hits_others(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto methods = reset_methods(snapshot, function);
  if (!methods || !methods->empty()) return {};
  const auto hit = left_to_dom0(snapshot, function, hit_by_bus_reset(snapshot, function));
  if (hit.empty()) return {};
  return {{what_it_is(function) + " has no reset of its own, and a reset of its bus hits " +
               what_they_are(snapshot, hit),
           reset_evidence(function)}};
}

Reasons is_behind_conventional_bridge(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto bridge = conventional_bridge(snapshot, function);
  if (!bridge)
    return {{"it cannot be told whether " + what_it_is(function) +
                 " is behind a bridge to conventional PCI",
             sysfs(function.path.back(), "config"), FindingState::unknown}};
  if (!*bridge) return {};
  std::vector<PciAddress> all, others;
  for (const auto& other : snapshot.functions)
    if (!is_any_bridge(other) && std::ranges::count(other.path, (*bridge)->address) != 0)
      all.push_back(other.address);
  std::ranges::copy_if(all, std::back_inserter(others),
                       [&](const auto& one) { return one != function.address; });
  if (others.empty() || are_one_vms(snapshot, all)) return {};
  return {{what_it_is(function) + " is behind the PCI bridge " + (*bridge)->address.text() +
               " together with " + what_they_are(snapshot, others),
           sysfs(**bridge, "config")}};
}

Reasons is_not_isolated(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto groups = isolation_groups(snapshot);
  const auto group = groups.find(function.address);
  if (group == groups.end())
    return {{"it cannot be told what shares an isolation group with " + what_it_is(function),
             sysfs(function, "config"), FindingState::unknown}};
  std::vector<PciAddress> others;
  for (const auto& [address, leader] : groups)
    if (leader == group->second && !is_any_bridge(*snapshot.find(address)) &&
        address != function.address)
      others.push_back(address);
  const auto left = left_to_dom0(snapshot, function, others);
  if (left.empty()) return {};
  return {{"no ACS stands between " + what_it_is(function) + " and " +
               what_they_are(snapshot, left) + ", which dom0 keeps",
           sysfs(function, "config")}};
}

Reasons shares_interrupt(const Snapshot& snapshot, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& config = function.config;
  const auto has_msi = config ? config->has_msi() : std::nullopt;
  const bool has_line = !config || config->interrupt_pin != 0;
  if (has_msi == true || !has_line || function.physical_function) return {};
  if (!has_msi || !function.irq)
    return {{"it cannot be told whether " + what_it_is(function) +
                 " shares its interrupt line with a device of dom0",
             sysfs(function, has_msi ? "irq" : "config"), FindingState::unknown}};
  std::vector<PciAddress> others;
  for (const auto& other : snapshot.functions)
    if (other.address != function.address && other.irq == function.irq && uses_line(other))
      others.push_back(other.address);
  const auto left = left_to_dom0(snapshot, function, others);
  const auto handlers = handlers_beside(snapshot, function);
  if (left.empty() || *function.irq == 0 || (handlers && handlers->empty())) return {};
  return {{what_it_is(function) + " shares interrupt " + std::to_string(*function.irq) + " with " +
               what_they_are(snapshot, left) +
               (handlers ? " (" + joined(*handlers) + " in dom0)" : ""),
           sysfs(function, "irq") + (handlers ? ", /proc/interrupts" : "")}};
}

}  // namespace pci_passthrough::checks
