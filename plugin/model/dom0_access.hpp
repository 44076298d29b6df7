#pragma once

#include "plugin/model/access.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Does this list hide this function: it or a bridge above it is named (pci_stub.c
/// pcistub_match_one), and it is of a kind that pciback takes (a PCIe root or switch port stays
/// with its driver).
bool hides(const HideList& list, const Function& function);

/// The hide lists of an entry as they stand in the file, and those of the running kernel.
HideArguments hide_arguments(const Boot& boot, const BootEntry& entry);
HideArguments running_hide_arguments(const Boot& boot);

/// The list that an entry hides by; one that Xen would cut hides nothing.
HideList list_of(const Boot& boot, const BootEntry& entry);
/// The list that the running kernel hides by.
HideList running_list(const Boot& boot);

}  // namespace pci_passthrough
