#pragma once

#include <string_view>

namespace pci_passthrough {

/// Where the data of a file system lies, by its type.
enum class MountKind {
  disk,           ///< on the block device that is mounted
  several_disks,  ///< maybe on more than the one that mountinfo names (btrfs, zfs)
  memory,         ///< tmpfs
  kernel,         ///< nowhere: proc, sysfs
  server,         ///< on a server
  unknown         ///< overlay, or what a program makes of it (FUSE)
};

/// Of a type as mountinfo or fstab writes it: "ext4", "nfs4", "fuse.glusterfs".
MountKind mount_kind(std::string_view type);

}  // namespace pci_passthrough
