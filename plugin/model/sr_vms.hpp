#pragma once

#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough {

/// The refs of the SRs that lie behind a PCI function of this host, by sysfs or by their PBD.
std::vector<std::string> repositories_behind_functions(const Snapshot& snapshot);

/// The VMs with a disk in an SR that lies behind this function, by name; neither those that run
/// on another host, nor snapshots and templates. `known` is false where xapi does not tell.
struct SrVms {
  bool known = true;
  std::vector<std::string> names;
};
SrVms vms_with_disks_behind(const Analysis& host, const Function& function);

}  // namespace pci_passthrough
