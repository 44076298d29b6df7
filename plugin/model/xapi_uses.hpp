#pragma once

#include <string>
#include <vector>

#include "plugin/model/server_route.hpp"
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

/// A storage repository whose disks this host has plugged in, by its PBD's device_config:device or,
/// of an HBA's, :SCSIid.
struct RepositoryUse {
  std::string uuid, name;
  std::vector<PciAddress> functions;
  bool known = true;  ///< false: what the PBD names does not lead to disks that we can follow
  std::string evidence;
};
/// Without those that storage_repositories() knows by their mounts and volumes.
std::vector<RepositoryUse> repository_uses(const Snapshot& snapshot);

/// A server that a plugged PBD of this host names (NFS, SMB, iSCSI, a library of ISOs), and the
/// NICs over which the kernel's routing table reaches it.
struct ServerUse {
  std::string uuid, name;  ///< of the SR
  std::string server;      ///< "10.0.0.5", "nas.example"
  ServerRoute route;
  std::string evidence;
};
std::vector<ServerUse> server_uses(const Snapshot& snapshot);

}  // namespace pci_passthrough
