#pragma once

#include <string>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Can the boot loader take its mark away? It writes the bytes of the file that holds it in place,
/// by the firmware's disk functions: on one plain disk, and where no checksum covers them (GRUB's
/// manual, "Environment block").
struct MarkPlace {
  std::string path;      ///< "/boot/grub/grubenv"; extlinux: the folder of its loader
  std::string obstacle;  ///< "lies on the software RAID md127"; "" none
  bool is_known = true;  ///< no: `obstacle` says why not
};
MarkPlace mark_place(const Snapshot& host);

}  // namespace pci_passthrough
