#pragma once

#include <string>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// Where a file that a boot loader reads really lies, its links followed.
struct BootPlace {
  Descriptor directory;
  std::string name;  ///< in that directory
};
/// No directory where the path leads nowhere.
BootPlace find_boot_place(const Host& host, const std::string& path);

/// Opens the file, without following a link; nothing, and errno (EINVAL where it is no regular
/// file).
Descriptor open_regular(int directory, const std::string& name);

/// Gives `to` the mode, the owner and the extended attributes of `from`; an errno, 0 is good. What
/// is equal already is left alone, what the file system cannot hold (FAT) is left out.
int copy_attributes(int from, int to);

/// Opens the block device that holds a file of the live host; nothing where that cannot be done.
Descriptor open_block_device(const Host& host, int file);

}  // namespace pci_passthrough
