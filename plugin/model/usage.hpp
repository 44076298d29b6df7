#pragma once

#include <map>
#include <string>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Something of dom0's that stands on a PCI function.
struct Use {
  std::string kind;       ///< "mount", "swap", "management", "disk", "raid", "lvm", "multipath",
                          ///< "mapping" (encrypted, bcache),
                          ///< "network", "console", "input"
  std::string name;       ///< "/", "md127", "eth0"
  bool critical = false;  ///< dom0 does not live without it
  std::string evidence;   ///< the path that says so
};
/// Who uses each function, or anything behind it, by dom0's own account; the gravest first.
using Usage = std::map<PciAddress, std::vector<Use>>;
Usage usage_of(const Snapshot& snapshot);

/// A mount or swap of dom0's own, and the functions that its disks hang on.
struct SystemVolume {
  std::string name;                   ///< "/", "/boot", "swap on sda5"
  std::string what;                   ///< "sda1", "VG-root on md127 (sda2, sdb2)"
  std::vector<PciAddress> functions;  ///< every function on the way, bridges included
  bool usb = false;
  bool known = false;  ///< false: a part of it stands on nothing that we could follow
  std::string evidence;
};
/// dom0's /, /boot, /boot/efi, /var/log and swaps. Without any `/` there is one that is not known.
std::vector<SystemVolume> system_volumes(const Snapshot& snapshot);

/// A storage repository of xapi's on disks of this host, and the functions that they hang on.
struct Repository {
  std::string uuid;
  std::vector<PciAddress> functions;
  std::string evidence;
};
/// As far as it is mounted or its volumes are active: what xapi alone knows of is not among them.
std::vector<Repository> storage_repositories(const Snapshot& snapshot);

/// The functions that a network interface of dom0 hangs on.
struct InterfacePath {
  bool known = false;
  std::string interface;              ///< "xenbr0"; "" where the host has none
  std::vector<std::string> through;   ///< "bond0", "eth0"
  std::vector<PciAddress> functions;  ///< of the NICs, bridges above them included
  std::string evidence;
};
InterfacePath management_path(const Snapshot& snapshot);
/// `evidence`: who names the interface.
InterfacePath path_of_interface(const Snapshot& snapshot, const std::string& interface,
                                std::string evidence);

}  // namespace pci_passthrough
