#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/boot/boot_file.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What Xen gives a VM, at least and at most (plugin/model/README.md, "The Xen that really runs");
/// how it reads extra_guest_irqs: the last one counts, and the number before a comma is the VMs'
/// (xen/common/domain.c parse_extra_guest_irqs).
struct GuestIrqs {
  unsigned long least, most;
};
GuestIrqs guest_irqs(const Snapshot& snapshot, const BootEntry& entry);

/// Of its MSI-X table; 0 where it has none, of a bridge, and where it is unknown.
unsigned long msix_vectors(const Function& function);

/// Is it one of Xen's own arguments that a device given to a VM rests on: extra_guest_irqs,
/// pci-phantom?
bool serves_passthrough(std::string_view argument);
/// Those of an entry.
std::vector<std::string> passthrough_arguments(const BootEntry& entry);

/// "pci-phantom=03:00,1"
std::string phantom_argument(const PciAddress& address);
/// Must Xen be told that its DMA bears the name of function 1? True also where it is unknown
/// whether this Xen knows it by itself.
bool needs_phantom(const Snapshot& snapshot, const Function& function);

/// Does Xen go by this pci-phantom= of the entry? It keeps the first eight, and ignores the others
/// (xen/drivers/passthrough/pci.c phantom_devs). Its own line has no other limit: Xen reads all of
/// it, and only what xl info shows is cut (xen/common/kernel.c cmdline_parse).
bool goes_by_phantom(const BootEntry& entry, std::string_view argument);
bool has_room_for_phantom(const BootEntry& entry);

/// What devices of one VM ask of Xen's own line.
struct XenNeeds {
  std::vector<std::string> phantoms;  ///< "pci-phantom=03:00,1", each once
  unsigned long vectors = 0;          ///< that a VM must be given room for
};
/// The same as arguments that this entry lacks: none where it has all.
std::vector<XenEdit> missing_in(const Snapshot& snapshot, std::size_t entry, const XenNeeds& needs);

}  // namespace pci_passthrough
