#pragma once

#include "plugin/checks/checks.hpp"

namespace pci_passthrough::checks {

/// The rows about a pool's hosts beside each other, of the one table in catalogue.cpp.
inline constexpr Check pool_rows[] = {
    {"pool-version-mismatch", Severity::warn, Refusal::none,
     "the hosts of the pool have different versions of the plugin",
     "Install the same package on every host.", versions_differ},
    {"vm-address-on-other-host-dangerous", Severity::error, Refusal::none,
     "where a VM may start, its address is a device that dom0 uses there",
     "Start it with xe vm-start on=HOST, and let neither HA nor auto_poweron start it.",
     takes_what_dom0_uses_elsewhere},
    {"vm-address-on-other-host-differs", Severity::warn, Refusal::none,
     "where a VM may start, its address is another device",
     "Let it prefer its host: xe vm-param-set uuid=VM affinity=HOST; and take it out of HA.",
     takes_another_device_elsewhere},
    {"device-in-two-vms-of-pool", Severity::error, Refusal::none,
     "two VMs want one device of the same host; a warning while both are off",
     "Take it from one of them (unassign), or let one prefer another host.", wanted_by_two_in_pool},
};

}  // namespace pci_passthrough::checks
