#include <algorithm>
#include <iterator>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/reset.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {
namespace {

/// The bridge to conventional PCI that is nearest to the root; null where there is none.
std::optional<const Function*> conventional_bridge(const Analysis& host, const Function& function) {
  bool is_known = true;
  for (const auto& address : function.path) {
    if (address.segment != function.address.segment) continue;
    const Function* bridge = host.find(address);
    const auto conventional = bridge ? leads_to_conventional(*bridge) : std::nullopt;
    if (bridge && conventional == true) return bridge;
    is_known = is_known && conventional;
  }
  return is_known ? std::optional<const Function*>(nullptr) : std::nullopt;
}

bool are_one_vms(const Analysis& host, const std::vector<PciAddress>& addresses) {
  return std::ranges::any_of(host.vms().assignments, [&](const VmAssignment& assignment) {
    return std::ranges::all_of(addresses,
                               [&](const auto& one) { return assignment.wants_here(one); });
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
std::optional<std::vector<std::string>> handlers_beside(const Analysis& host,
                                                        const Function& function) {
  if (!host.snapshot().handlers) return std::nullopt;
  const auto line = host.snapshot().handlers->find(*function.irq);
  if (line == host.snapshot().handlers->end()) return std::vector<std::string>{};
  const bool one_is_its_own = uses_line(function) && function.driver != "pciback";
  return line->second.size() > (one_is_its_own ? 1u : 0u) ? line->second
                                                          : std::vector<std::string>{};
}

Reasons behind_conventional_bridge(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto bridge = conventional_bridge(host, function);
  if (!bridge)
    return {{"it cannot be told whether " + what_it_is(function) +
                 " is behind a bridge to conventional PCI",
             sysfs(function.path.back(), "config"), FindingState::unknown}};
  if (!*bridge) return {};
  std::vector<PciAddress> all, others;
  for (const auto& other : host.snapshot().functions)
    if (!is_any_bridge(other) && std::ranges::count(other.path, (*bridge)->address) != 0)
      all.push_back(other.address);
  std::ranges::copy_if(all, std::back_inserter(others),
                       [&](const auto& one) { return one != function.address; });
  if (others.empty() || are_one_vms(host, all)) return {};
  return {{what_it_is(function) + " is behind the PCI bridge " + (*bridge)->address.text() +
               " together with " + what_they_are(host, others),
           sysfs(**bridge, "config")}};
}
constexpr auto behind_conventional_bridge_row = row<behind_conventional_bridge>({
    .code = "behind-conventional-bridge",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "to the IOMMU it is one device with all others behind its bridge",
    .fires = "",
    .rests_on = "",
    .remedy = "Give everything behind the bridge to one VM.",
});

Reasons acs_missing(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& groups = host.hardware().groups;
  const auto group = groups.find(function.address);
  if (group == groups.end())
    return {{"it cannot be told what shares an isolation group with " + what_it_is(function),
             sysfs(function, "config"), FindingState::unknown}};
  std::vector<PciAddress> others;
  for (const auto& [address, leader] : groups)
    if (leader == group->second && !is_any_bridge(*host.find(address)) &&
        address != function.address)
      others.push_back(address);
  const auto left = left_to_dom0(host, function, others);
  if (left.empty()) return {};
  return {{"no ACS stands between " + what_it_is(function) + " and " + what_they_are(host, left) +
               ", which dom0 keeps",
           sysfs(function, "config")}};
}
constexpr auto acs_missing_row = row<acs_missing>({
    .code = "acs-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "the IOMMU cannot keep it from devices that dom0 keeps",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide the whole isolation group, or put the card into another slot.",
});

Reasons shared_intx(const Analysis& host, const Function& function) {
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
  for (const auto& other : host.snapshot().functions)
    if (other.address != function.address && other.irq == function.irq && uses_line(other))
      others.push_back(other.address);
  const auto left = left_to_dom0(host, function, others);
  const auto handlers = handlers_beside(host, function);
  if (left.empty() || *function.irq == 0 || (handlers && handlers->empty())) return {};
  return {{what_it_is(function) + " shares interrupt " + std::to_string(*function.irq) + " with " +
               what_they_are(host, left) + (handlers ? " (" + joined(*handlers) + " in dom0)" : ""),
           sysfs(function, "irq") + (handlers ? ", /proc/interrupts" : "")}};
}
constexpr auto shared_intx_row = row<shared_intx>({
    .code = "shared-intx",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "it has no MSI and shares its interrupt line with a device of dom0",
    .fires = "",
    .rests_on = "",
    .remedy = "Put the card into another slot, or hide the other device too.",
});

}  // namespace

std::span<const Check> isolation() {
  static constexpr Check rows[] = {behind_conventional_bridge_row, acs_missing_row,
                                   shared_intx_row};
  return rows;
}

}  // namespace pci_passthrough::checks
