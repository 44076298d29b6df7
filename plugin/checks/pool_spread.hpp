#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {

using Names = std::vector<std::string>;

/// What lies at one address of a VM on each host where it may start.
struct Spread {
  const VmRecord* vm;
  PciAddress address;
  std::string preferred{};               ///< name of a host; "" where the VM prefers none
  std::map<std::string, Names> hosts{};  ///< by what lies there, in words
  bool present = false, used = false;    ///< anywhere; by dom0, anywhere
  Names unknown{};                       ///< hosts

  bool differs() const { return present && hosts.size() > 1; }
};

/// Of every VM that does not stay on its host, by the VMs' names.
std::vector<Spread> spreads_of(const Pool& pool);

std::vector<const HostRecord*> by_name(const Pool& pool);
bool is_moved_by_ha(const Pool& pool, const VmRecord& vm);

}  // namespace pci_passthrough::checks
