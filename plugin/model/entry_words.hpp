#pragma once

#include <string>

#include "plugin/pci/vm_entry.hpp"

namespace pci_passthrough {

/// "' 0/0000:07:00.0' begins with a blank, so xapi drops it; it means 0000:07:00.0"; "" where there
/// is no flaw.
std::string misreading(const VmDevice& device);

}  // namespace pci_passthrough
