#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// The lines of fstab that name a mount or a swap (fstab(5); systemd-fstab-generator): required
/// are local ones without noauto, nofail and x-systemd.automount. File systems of the kernel's own
/// and of memory are left out.
std::vector<MountEntry> parse_fstab(std::string_view text);

/// The lines of crypttab (crypttab(5)): "NAME DEVICE [KEY [OPTIONS]]".
std::vector<MountEntry> parse_crypttab(std::string_view text);

/// A unit of systemd's, "mnt-iso.mount" or "dev-sdb2.swap", with its drop-ins appended: nothing
/// where it names nothing to mount, or a file system of the kernel's. `is_required`: another unit
/// requires it (a link in a directory *.requires), or it could not be told.
std::optional<MountEntry> parse_mount_unit(std::string_view name, std::string_view text,
                                           bool is_required);

/// The link of udev's that a tag stands for: "/dev/disk/by-label/root" of "LABEL=root"; a path as
/// it is; "" of anything else. Udev writes a blank as \x20 (libblkid encode.c).
std::string link_of_tag(std::string_view what);

}  // namespace pci_passthrough
