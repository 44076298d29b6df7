#pragma once

#include <set>
#include <vector>

#include "plugin/pci/address.hpp"
#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {

struct Snapshot;

/// What a hide rule or a VM's entry names, on whatever line it stands and whatever becomes of it:
/// all that anything remembered may be asked for.
class NamedAddresses {
 public:
  explicit NamedAddresses(const Snapshot& snapshot);

  bool contains(const PciAddress& address) const;

 private:
  std::set<PciAddress> addresses_;
  std::vector<HideRule> wildcards_;
};

}  // namespace pci_passthrough
