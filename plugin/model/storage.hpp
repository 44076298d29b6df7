#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What a block device stands on, followed to the end.
struct Foundation {
  /// Every function on the way, bridges included, of an iSCSI disk those of the NIC; sorted.
  std::vector<PciAddress> functions;
  std::vector<std::string> disks;  ///< the whole disks at the end of it
  bool usb = false;
  bool known = true;  ///< false: a disk at the end of it hangs on no function that we can follow
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
  const BlockDevice* titled(std::string_view title) const;  ///< by device mapper's name
  Foundation below(const BlockDevice& block) const;

 private:
  const Snapshot& snapshot_;
  std::map<std::string, const BlockDevice*, std::less<>> by_name_;
  std::map<std::string, const BlockDevice*, std::less<>> by_number_;
  std::map<std::string, const BlockDevice*, std::less<>> by_title_;
};

/// The mount that a path lies on, or null.
const Mount* mount_holding(const Snapshot& snapshot, std::string_view path);

/// "VG--one-root", device mapper's name, is the volume "root" of the group "VG-one".
std::string volume_group(std::string_view title);

/// "/", "/boot", "/var/log" and the like: without it dom0 does not run.
bool is_system_target(std::string_view target);

}  // namespace pci_passthrough
