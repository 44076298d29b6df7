#include "plugin/model/named_addresses.hpp"

#include <algorithm>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

NamedAddresses::NamedAddresses(const Snapshot& snapshot) {
  const auto add = [&](const std::vector<HideList>& lists) {
    for (const auto& list : lists)
      for (const auto& rule : list.rules)
        if (rule.is_wildcard())
          wildcards_.push_back(rule);
        else
          addresses_.insert({rule.segment, rule.bus, *rule.device, *rule.function});
  };
  const BootAnalysis boot(snapshot);
  for (const auto& entry : boot.entries)
    for (const auto& lists : {entry.read, entry.ignored}) add(lists);
  for (const auto& lists : {boot.running.read, boot.running.ignored}) add(lists);
  if (!snapshot.pool) return;
  for (const auto& [ref, vm] : snapshot.pool->vms)
    for (const auto& device : parse_vm_entry(vm.pci.value_or("")).devices)
      if (device.address) addresses_.insert(*device.address);
}

bool NamedAddresses::contains(const PciAddress& address) const {
  return addresses_.contains(address) ||
         std::ranges::any_of(wildcards_, [&](const auto& rule) { return rule.names(address); });
}

}  // namespace pci_passthrough
