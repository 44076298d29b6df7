#pragma once

#include <string>
#include <vector>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// What names an address: the rule, the entries of VMs that may start here.
struct Namers {
  bool rule = false;
  std::vector<const VmAssignment*> assignments{};

  bool none() const { return !rule && assignments.empty(); }
};

/// An identity, where its device is now, and what names its address.
struct Meant {
  const Identity& identity;
  const Located& located;
  const Namers& by;
};

/// "entry of the VM 'nas'"
std::string entry_of(const VmAssignment& assignment);
/// "The rule and the entry of the VM 'nas' for 0000:18:00.0 were made for 'SAS3008'"
std::string made_for(const Meant& meant);
/// ", and is now for 'X'"; "" where nothing else is at the address, or it is unknown.
std::string now_for(const Analysis& host, const Meant& meant);

/// Does repair write anew all that names the address? It leaves the entry of a VM that may start
/// elsewhere.
bool repair_follows(const Meant& meant);

/// Of a device that moved.
Remedy follow_it(const Analysis& host, const Meant& meant);
/// Of a rule whose device is gone, and of a VM's entry.
Remedy hide_it_or_not(const Meant& meant);
Remedy assign_it_or_not(const Meant& meant, const VmAssignment& assignment);
/// Of several alike.
Remedy look_at(const Meant& meant);

}  // namespace pci_passthrough::checks
