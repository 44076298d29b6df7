#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

// What of dom0's hangs on a function; `end` is the sentence that says what comes of taking it away:
// "Once it is hidden, the host is off the network.", "Starting the VM 'nas' takes it from dom0 at
// once."
Reasons system_volumes_on(const Analysis& host, const Function& function, bool usb,
                          std::string_view end);
Reasons awaited_mounts_on(const Analysis& host, const Function& function, std::string_view end);
Reasons repositories_on(const Analysis& host, const Function& function, std::string_view end);
Reasons sr_networks_on(const Analysis& host, const Function& function, std::string_view end);
Reasons disks_of_vms_behind(const Analysis& host, const Function& function, std::string_view end);
Reasons management_on(const Analysis& host, const Function& function, std::string_view end);
Reasons other_networks_on(const Analysis& host, const Function& function, std::string_view end);
Reasons console_on(const Function& function, std::string_view end);
Reasons inputs_on(const Analysis& host, const Function& function, std::string_view end);
Reasons driver_devices_on(const Analysis& host, const Function& function, std::string_view end);
Reasons chipset_part(const Function& function, std::string_view end);

/// Would hiding it be refused for dom0's sake, or may it be?
bool dom0_needs(const Analysis& host, const Function& function);

/// Is it one of these, a path on which something is reached?
bool reaches(const std::vector<PciAddress>& functions, const Function& function);

/// A class that is not known may be any.
bool may_be(const Function& function, bool (ClassCode::*is)() const);

}  // namespace pci_passthrough::checks
