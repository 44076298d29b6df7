#pragma once

#include <string_view>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// Could hide and unhide edit the boot file, as far as no check refuses every change.
bool boot_can_change(const Analysis& host);

/// "Give 0000:88:00.0 back to dom0: unhide devices=0000:88:00.0.", or of a hide that is only
/// planned "Leave 0000:88:00.0 to dom0."; `or_else` is another sentence.
Remedy leave_to_dom0(const Analysis& host, const Function& function, std::string_view or_else = "");

/// "Take 0000:88:00.0 from the VM 'nas': unassign ...", or of an entry that is only planned "Choose
/// another device for the VM 'nas'."; `or_else` is another sentence.
Remedy take_from_vm(const VmAssignment& assignment, const PciAddress& address,
                    std::string_view or_else = "");

Reasons leaving_to_dom0(Reasons reasons, const Analysis& host, const Function& function,
                        std::string_view or_else = "");
Reasons with_remedy(Reasons reasons, const Remedy& remedy);

}  // namespace pci_passthrough::checks
