#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/plans/vm_change.hpp"

namespace pci_passthrough {

/// Adds what makes a VM with devices of this host sound, as far as it lacks it: the operations
/// blocked that xapi itself refuses where it knows of a device, the affinity to this host, dynamic
/// memory fixed at its most.
void add_guards(const Pool& pool, const Vm& vm, std::vector<SetVmField>& fields);

/// Of a VM that has no device left: which of the guards stand, and how to take them away; nothing
/// where none does.
std::optional<std::string> notice_of_guards(const Pool& pool, const VmRecord& vm);

}  // namespace pci_passthrough
