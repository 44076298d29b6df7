#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What a block device stands on, followed to the end.
struct BackingDevices {
  /// Every function on the way, bridges included, of an iSCSI disk those of the NIC; sorted.
  std::vector<PciAddress> functions;
  std::vector<std::string> disks;  ///< the whole disks at the end of it
  bool usb = false;
  bool known = true;  ///< false: a disk at the end of it hangs on no function that we can follow
  /// What is not known may lie behind a NIC: a disk of rbd, drbd, nbd or iSCSI, or a server.
  bool may_be_remote = false;
  /// Where it is not known: what could not be followed ("loop0", "/sys/class/block/dm-0/slaves:
  /// Permission denied").
  std::string lost{};
};

/// The block devices of a snapshot, by name.
class Storage {
 public:
  explicit Storage(const Snapshot& snapshot);

  /// The device that is mounted: by its number, else by its name below /dev or /dev/mapper. sysfs
  /// has '!' where /dev has '/': cciss!c0d0.
  const BlockDevice* of(const Mount& mount) const;
  const BlockDevice* at(std::string_view path) const;  ///< "/dev/sda1", "/dev/mapper/VG-root"
  const BlockDevice* named(std::string_view name) const;
  const BlockDevice* mapped_as(std::string_view dm_name) const;  ///< by device mapper's name
  BackingDevices below(const BlockDevice& block) const;
  /// What the file system of a mount lies on; of one in memory nothing.
  BackingDevices under(const Mount& mount) const;

 private:
  class Descent;

  const Snapshot& snapshot_;
  std::map<std::string, const BlockDevice*, std::less<>> by_name_;
  std::map<std::string, const BlockDevice*, std::less<>> by_number_;
  std::map<std::string, const BlockDevice*, std::less<>> by_dm_name_;
};

/// The mount that a path lies on, or null.
const Mount* mount_holding(const Snapshot& snapshot, std::string_view path);

/// "VG--one-root", device mapper's name, is the volume "root" of the group "VG-one".
std::string volume_group(std::string_view dm_name);

/// Adds what another stands on; known where both are.
void add_to(BackingDevices& all, const BackingDevices& more);

/// "/", "/boot", "/opt", "/var/log" and the like: what is mounted there dom0 itself lives from. Not
/// the SRs below /run/sr-mount, nor what somebody keeps in /mnt, /media, /srv, /home or a directory
/// of his own.
bool is_system_target(std::string_view target);

}  // namespace pci_passthrough
