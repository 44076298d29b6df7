#pragma once

#include <functional>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// Of a function, and of the sentence that says what comes of it: "Starting the VM 'nas' takes it
/// from dom0 at once."
using AskOfDevice = std::function<Reasons(const Function&, std::string_view end)>;

/// Every function of this host that the VM takes when it starts here; `otherwise` is how grave it
/// is of a VM that prefers another host, and starts here when that has no room. A reason without a
/// remedy gets take_from_vm's.
Reasons of_each_device(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                       const AskOfDevice& ask);

/// The same of the devices that dom0 has.
Reasons of_each_of_dom0(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                        const AskOfDevice& ask);

/// What the start of a VM rests on, for `rests_on`.
inline constexpr char start_takes[] =
    "The start of a VM unbinds whatever driver has the device, and does not ask whether dom0 uses "
    "it (plugin/model/README.md, \"What a VM's start does\"). xapi looks at no device when it "
    "places a VM (plugin/model/README.md, \"Which VM may start where\").";

}  // namespace pci_passthrough::checks
