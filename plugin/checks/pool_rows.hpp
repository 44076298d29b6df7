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
     "Pin it: xe vm-param-set uuid=VM affinity=HOST; and take it out of HA.",
     takes_what_dom0_uses_elsewhere},
    {"vm-address-on-other-host-differs", Severity::warn, Refusal::none,
     "where a VM may start, its address is another device",
     "Pin it: xe vm-param-set uuid=VM affinity=HOST; and take it out of HA.",
     takes_another_device_elsewhere},
};

}  // namespace pci_passthrough::checks
