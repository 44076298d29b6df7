#pragma once

#include <string>
#include <string_view>

namespace pci_passthrough {

/// A recorded host: one text file, reviewable in a diff.
///
///     pci-passthrough recording 1
///     === /etc/xensource-inventory
///     PRODUCT_BRAND='XCP-ng'
///     === /boot/grub/grub.cfg mode=0600
///     ...
///     === /sys/bus/pci/devices/0000:3b:00.0 -> ../../../devices/pci0000:3b/0000:3b:00.0
///     === /sys/devices/pci0000:3b/0000:3b:00.0/config hex
///     86 80 63 15 06 04 10 00 01 00 00 02 08 00 80 00
///     === /sys/kernel/iommu_groups directory
///     === /sys/firmware/acpi/tables/DMAR error=EACCES
///     === xapi VM.get_all_records
///     ...
///     === /boot/vmlinuz-4.19.0+1 file
///     === /sbin/extlinux program
///     === $ xl info
///     ...
///
/// A section's text runs to the next line that begins "=== ". Options stand after the path:
/// `mode=0640` (else 0644), `no-newline` (the last line has none), `hex` (bytes, 16 a line),
/// `file` (it is there; its content was not asked for), `program` (likewise, and executable),
/// `directory` (it is there, maybe empty), `error=NAME` (reading it failed so). Within a text
/// section a line that begins with "===" or "\" has a "\" put before it. A text with a CR, a NUL or
/// another control character but tab, or with a byte above 7e, is written in hex. A blank, a "\" or
/// a control character in a path or an argument is written \xHH, and so is the first character of
/// an argument that reads like an option. `# ` at the head, before the first section: a notice.
///
/// `unpack` makes the tree below `directory`: it refuses a path with "..", a path through a link, a
/// link that leads above the root, a path twice, and anything else it does not know, each with the
/// line. An `xapi` section is JSON as xapi answers, a map of records with the fields that we read;
/// it comes to lie below `recorded_xapi`, where it is read in place of a socket. A file never
/// becomes executable; `program` and `$` become stubs of ours that run nothing real: they note
/// their call in PATH.calls and print what was recorded, exit status included. `error=` becomes
/// something that cannot be read either: a directory for EISDIR, a dangling link for ENOENT, else a
/// link to itself (ELOOP), since absent would be another answer than unreadable. Throws Failure
/// invalid_argument.
void unpack(std::string_view recording, const std::string& directory);

/// Where a recorded host's answers of xapi lie, unpacked: "/.xapi/VM.get_all_records".
inline constexpr std::string_view recorded_xapi = "/.xapi/";

/// The first two lines of every stub. Below a root that is not "/", nothing else ever runs.
inline constexpr std::string_view stub_head = "#!/bin/sh\n# pci-passthrough stub\n";

/// A directory that is unpacked into, and gone with the object.
class ScratchRoot {
 public:
  explicit ScratchRoot(std::string_view recording);
  ~ScratchRoot();
  ScratchRoot(const ScratchRoot&) = delete;
  const std::string& path() const { return path_; }

 private:
  ScratchRoot();

  std::string path_;
};

}  // namespace pci_passthrough
