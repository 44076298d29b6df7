#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// Why the file that the firmware reads is not there, told by what is there instead.
Reason absent_boot_file(const Boot& boot);

}  // namespace pci_passthrough::checks
