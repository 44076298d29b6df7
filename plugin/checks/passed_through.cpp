#include "plugin/checks/passed_through.hpp"

#include <algorithm>
#include <iterator>
#include <set>

#include "plugin/model/entries.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {

std::vector<PciAddress> wanted_here(const Snapshot& snapshot) {
  std::set<PciAddress> wanted;
  for (const auto& wish : wishes_of(snapshot))
    if (wish.may_be_here())
      for (const auto& address : wish.entry.plugged())
        if (snapshot.find(address)) wanted.insert(address);
  return {wanted.begin(), wanted.end()};
}

std::vector<PciAddress> passed_through(const Snapshot& snapshot) {
  std::vector<PciAddress> all;
  std::ranges::set_union(wanted_here(snapshot),
                         reached_by(snapshot, unattended_entries(snapshot.boot)),
                         std::back_inserter(all));
  return all;
}

}  // namespace pci_passthrough::checks
