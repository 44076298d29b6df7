#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

// What of dom0's hangs on a function; `end` says what comes of taking it away: "hidden, the host
// is off the network", "starting the VM 'nas' takes it from dom0 at once".
Reasons system_volumes_on(const Analysis& host, const Function& function, bool usb,
                          const std::string& end);
Reasons management_on(const Analysis& host, const Function& function, const std::string& end);
Reasons repositories_on(const Analysis& host, const Function& function, const std::string& end);
Reasons other_networks_on(const Analysis& host, const Function& function, const std::string& end);

// Checks of hiding whose words serve a VM's start, too.
Reasons sr_vdi_of_other_vms(const Analysis& host, const Function& function);
Reasons console_vga_device(const Analysis& host, const Function& function);
Reasons usb_input_controller(const Analysis& host, const Function& function);
Reasons dom0_driver_busy(const Analysis& host, const Function& function);
Reasons critical_class(const Analysis& host, const Function& function);

/// Is it one of these, a path on which something is reached?
bool reaches(const std::vector<PciAddress>& functions, const Function& function);

/// A class that is not known may be any.
bool may_be(const Function& function, bool (ClassCode::*is)() const);

}  // namespace pci_passthrough::checks
