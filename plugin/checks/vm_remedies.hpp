#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// Does no check stand against hiding it: dom0 can do without it, and pciback can hold it.
bool may_be_hidden(const Analysis& host, const Function& function);

// Remedies of a VM's findings, as calls where the call is one that would not be refused.

/// Write the entry anew, in the order in which its devices are written.
Remedy write_anew(const Analysis& host, const VmAssignment& assignment,
                  const std::vector<PciAddress>& written);
/// Hide a device that dom0 has; where dom0 needs it, take it from the VM.
Remedy hide_or_unassign(const Analysis& host, const VmAssignment& assignment,
                        const Function& function);

/// Assign devices that belong to what the VM has; those that dom0 has, hide first.
Remedy assign_too(const Analysis& host, const VmAssignment& assignment,
                  const std::vector<PciAddress>& devices);

}  // namespace pci_passthrough::checks
