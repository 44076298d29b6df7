#pragma once

#include <string>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// What hide, or of a VM assign, does with xen-arguments=true: this argument on Xen's own line,
/// which `entry` lacks. By hand where neither would.
Remedy xen_argument_remedy(const Analysis& host, const Function& function, const BootEntry& entry,
                           const std::string& argument);
Remedy xen_argument_remedy(const Analysis& host, const VmAssignment& assignment,
                           const BootEntry& entry, const std::string& argument);

}  // namespace pci_passthrough::checks
