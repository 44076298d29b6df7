#pragma once

#include <string>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// A network interface of this host that xapi needs, and the functions of the NICs below it: bonds,
/// VLANs, tunnels and SR-IOV networks followed down (plugin/model/README.md, "What stands on a
/// NIC").
struct NetworkUse {
  std::string device;                 ///< "eth0"
  bool management = false;            ///< else it carries storage or a cluster: it has an address
                                      ///< of its own, or must not be unplugged
  std::vector<PciAddress> functions;  ///< bridges above them included
  std::string evidence;
  bool known = true;  ///< false: it leads to something that we cannot follow, or to nothing
};
/// A field that cannot be read is a need that is not known, on no function.
std::vector<NetworkUse> network_uses(const Snapshot& snapshot);

/// Every PIF of this host that is plugged, or may be, and the NICs below it.
std::vector<NetworkUse> plugged_networks(const Snapshot& snapshot);

/// Why xapi, which answers, does not tell these records of this host ("PIF"); "" where it does, or
/// where nobody answers at all.
std::string why_untold(const Snapshot& snapshot, const std::vector<std::string>& classes);

}  // namespace pci_passthrough
