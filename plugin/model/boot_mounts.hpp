#pragma once

#include <string>
#include <vector>

#include "plugin/model/snapshot.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {

/// What the next boot mounts, swaps to or opens, by fstab, a unit or crypttab, and the functions
/// that it hangs on.
struct BootMount {
  std::string target;  ///< "/mnt/iso", "swap", "/dev/mapper/NAME"; "" where the file is unreadable
  std::string what;    ///< as it is written: "UUID=..."
  bool required = false;              ///< without it the host boots into emergency mode
  std::vector<PciAddress> functions;  ///< every function on the way, bridges included; sorted
  std::vector<std::string> disks;
  bool may_be_remote = false;  ///< what is unknown of it may be reached over a NIC
  /// Why it, or a part of it, cannot be told: "no block device is LABEL=data"; "" where it can.
  std::string unknown;
  std::string evidence;  ///< "/etc/fstab, /sys/class/block/sdb1"
};

/// Resolved by what is mounted there now and by udev's links; both where they differ. What stands
/// on a server is among them, and never required. A file that cannot be read is one that is
/// required and unknown.
std::vector<BootMount> boot_mounts(const Snapshot& snapshot);

/// Those that are required, without what system_volumes() has already.
std::vector<BootMount> awaited_mounts(const Snapshot& snapshot,
                                      const std::vector<SystemVolume>& volumes);

}  // namespace pci_passthrough
