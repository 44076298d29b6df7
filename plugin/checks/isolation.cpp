#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/text.hpp"

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
  if (!bridge) {
    const auto config = sysfs(function.path.back(), "config");
    return {{fmt::format("Unknown whether {} is behind a bridge to conventional PCI: cannot read "
                         "{} in full.",
                         what_it_is(function), config),
             config, FindingState::unknown}};
  }
  if (!*bridge) return {};
  std::vector<PciAddress> all, others;
  for (const auto& other : host.snapshot().functions)
    if (!is_any_bridge(other) && std::ranges::count(other.path, (*bridge)->address) != 0)
      all.push_back(other.address);
  std::ranges::copy_if(all, std::back_inserter(others),
                       [&](const auto& one) { return one != function.address; });
  if (others.empty() || are_one_vms(host, all)) return {};
  return {
      {fmt::format("{} is behind the conventional PCI bridge {} together with {}. The IOMMU "
                   "cannot tell them apart.",
                   what_it_is(function), (*bridge)->address.text(), what_they_are(host, others)),
       sysfs(**bridge, "config")}};
}
constexpr auto behind_conventional_bridge_row = row<behind_conventional_bridge>({
    .code = "behind-conventional-bridge",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The IOMMU takes the device and all others behind its bridge for one.",
    .fires = "Other devices are behind the same bridge to conventional PCI, and they are not all "
             "one VM's. Unknown where a bridge's config space cannot be read in full.",
    .rests_on = "A request from behind such a bridge bears the bridge's name "
                "(plugin/model/README.md, \"What keeps functions apart\").",
    .remedy = "Give everything behind the bridge to one VM, or put the card into another slot.",
});

/// What is soldered on goes into no other slot.
Remedy hide_group(const Analysis& host, const Function& function,
                  const std::vector<PciAddress>& left) {
  const bool can = std::ranges::all_of(
      left, [&](const auto& one) { return may_be_hidden(host, *host.find(one)); });
  const bool is_card = !function.path.empty();
  if (can)
    return {fmt::format("Hide {}, too{}.", texts(left),
                        is_card ? ", or put the card into another slot" : "")};
  return {is_card ? "Put the card into another slot, or give it only to a VM that you trust."
                  : "Give it only to a VM that you trust."};
}

Reasons acs_missing(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& groups = host.hardware().groups;
  const auto group = groups.find(function.address);
  const auto config = sysfs(function, "config");
  if (group == groups.end())
    return {{fmt::format("Unknown from which devices the IOMMU cannot keep {}: cannot read the "
                         "config space of it, or of a bridge above it, in full.",
                         what_it_is(function)),
             config, FindingState::unknown}};
  std::vector<PciAddress> others;
  for (const auto& [address, leader] : groups)
    if (leader == group->second && !is_any_bridge(*host.find(address)) &&
        address != function.address)
      others.push_back(address);
  const auto left = left_to_dom0(host, function, others);
  if (left.empty()) return {};
  return {
      {.message = fmt::format("No ACS stands between {} and {}, which dom0 keeps. A VM that has "
                              "the one may reach the other.",
                              what_it_is(function), what_they_are(host, left)),
       .evidence = config,
       .remedy = hide_group(host, function, left)}};
}
constexpr auto acs_missing_row = row<acs_missing>({
    .code = "acs-missing",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The IOMMU cannot keep the device from devices that dom0 keeps.",
    .fires = "A device of the same isolation group is neither hidden nor the same VM's. Unknown "
             "where the group is unknown.",
    .rests_on = "Groups are told as Linux tells them, by ACS on the way to the root "
                "(plugin/model/README.md, \"What keeps functions apart\").",
    .remedy = "Hide the whole isolation group, or put the card into another slot.",
});

Reasons shared_intx(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& config = function.config;
  const auto has_msi = config ? config->has_msi() : std::nullopt;
  const bool has_line = !config || config->interrupt_pin != 0;
  if (has_msi == true || !has_line || function.physical_function) return {};
  if (!has_msi || !function.irq) {
    const auto path = sysfs(function, has_msi ? "irq" : "config");
    return {{fmt::format("Unknown whether {} shares its interrupt line with a device of dom0: "
                         "cannot read {}{}.",
                         what_it_is(function), path, has_msi ? "" : " in full"),
             path, FindingState::unknown}};
  }
  std::vector<PciAddress> others;
  for (const auto& other : host.snapshot().functions)
    if (other.address != function.address && other.irq == function.irq && uses_line(other))
      others.push_back(other.address);
  const auto left = left_to_dom0(host, function, others);
  const auto handlers = handlers_beside(host, function);
  if (left.empty() || *function.irq == 0 || (handlers && handlers->empty())) return {};
  return {{.message = fmt::format(
               "{} has no MSI and shares interrupt {} with {}{}. A VM that has it may hold up "
               "dom0's device.",
               what_it_is(function), *function.irq, what_they_are(host, left),
               handlers ? fmt::format(" ({} in dom0)", joined(*handlers)) : ""),
           .evidence = sysfs(function, "irq") + (handlers ? ", /proc/interrupts" : ""),
           .remedy = hide_group(host, function, left)}};
}
constexpr auto shared_intx_row = row<shared_intx>({
    .code = "shared-intx",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device has no MSI and shares its interrupt line with a device of dom0.",
    .fires = "It has neither MSI nor MSI-X, and a device that dom0 drives uses the same line; "
             "/proc/interrupts decides where it can be read. Unknown where its config space or "
             "its line cannot be read.",
    .rests_on = "A line that a VM leaves raised is masked for all that share it (Linux "
                "kernel/irq/spurious.c); sysfs irq is the line unless MSI is on.",
    .remedy = "Put the card into another slot, or hide the other device, too.",
});

}  // namespace

std::span<const Check> isolation() {
  static constexpr Check rows[] = {behind_conventional_bridge_row, acs_missing_row,
                                   shared_intx_row};
  return rows;
}

}  // namespace pci_passthrough::checks
