#include "plugin/model/mount_kind.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

struct TypeKind {
  std::string_view type;
  MountKind kind;
};
constexpr std::array type_kinds = {TypeKind{"btrfs", MountKind::several_disks},
                                   TypeKind{"bcachefs", MountKind::several_disks},
                                   TypeKind{"zfs", MountKind::several_disks},
                                   TypeKind{"tmpfs", MountKind::memory},
                                   TypeKind{"ramfs", MountKind::memory},
                                   TypeKind{"rootfs", MountKind::memory},
                                   TypeKind{"hugetlbfs", MountKind::memory},
                                   TypeKind{"autofs", MountKind::kernel},
                                   TypeKind{"binfmt_misc", MountKind::kernel},
                                   TypeKind{"bpf", MountKind::kernel},
                                   TypeKind{"cgroup", MountKind::kernel},
                                   TypeKind{"cgroup2", MountKind::kernel},
                                   TypeKind{"configfs", MountKind::kernel},
                                   TypeKind{"debugfs", MountKind::kernel},
                                   TypeKind{"devpts", MountKind::kernel},
                                   TypeKind{"devtmpfs", MountKind::kernel},
                                   TypeKind{"efivarfs", MountKind::kernel},
                                   TypeKind{"fuse.lxcfs", MountKind::kernel},
                                   TypeKind{"fusectl", MountKind::kernel},
                                   TypeKind{"mqueue", MountKind::kernel},
                                   TypeKind{"nfsd", MountKind::kernel},
                                   TypeKind{"nsfs", MountKind::kernel},
                                   TypeKind{"proc", MountKind::kernel},
                                   TypeKind{"pstore", MountKind::kernel},
                                   TypeKind{"rpc_pipefs", MountKind::kernel},
                                   TypeKind{"securityfs", MountKind::kernel},
                                   TypeKind{"selinuxfs", MountKind::kernel},
                                   TypeKind{"sysfs", MountKind::kernel},
                                   TypeKind{"tracefs", MountKind::kernel},
                                   TypeKind{"usbfs", MountKind::kernel},
                                   TypeKind{"xenfs", MountKind::kernel},
                                   TypeKind{"ceph", MountKind::server},
                                   TypeKind{"cifs", MountKind::server},
                                   TypeKind{"glusterfs", MountKind::server},
                                   TypeKind{"fuse.glusterfs", MountKind::server},
                                   TypeKind{"fuse.mfs", MountKind::server},
                                   TypeKind{"fuse.sshfs", MountKind::server},
                                   TypeKind{"moosefs", MountKind::server},
                                   TypeKind{"mfs", MountKind::server},
                                   TypeKind{"nfs", MountKind::server},
                                   TypeKind{"nfs4", MountKind::server},
                                   TypeKind{"smb3", MountKind::server},
                                   TypeKind{"smbfs", MountKind::server},
                                   TypeKind{"aufs", MountKind::unknown},
                                   TypeKind{"overlay", MountKind::unknown},
                                   TypeKind{"fuse", MountKind::unknown},
                                   TypeKind{"fuse3", MountKind::unknown}};

}  // namespace

MountKind mount_kind(std::string_view type) {
  const auto known = std::ranges::find(type_kinds, type, &TypeKind::type);
  if (known != type_kinds.end()) return known->kind;
  return type.starts_with("fuse.") || type.empty() ? MountKind::unknown : MountKind::disk;
}

}  // namespace pci_passthrough
