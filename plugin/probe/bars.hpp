#pragma once

#include "plugin/host/directory.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What the function's `resource` says; nothing where it cannot be read, nor of a bridge. Its first
/// six lines are the BARs, the seventh is the ROM; a size stands there too where the kernel found
/// no place (drivers/pci/pci-sysfs.c resource_show, include/linux/ioport.h).
void read_bars(const Directory& entry, Function& function);

}  // namespace pci_passthrough
