#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/plans/vm_change.hpp"

namespace pci_passthrough {

/// Where a VM's new devices go: after those that it has, or in their place.
enum class Placing { append, replace };

/// How a VM gets its devices.
struct Assigning {
  Placing placing = Placing::append;
  bool guards = false;         ///< set what makes the VM sound, too (guards.hpp)
  bool xen_arguments = false;  ///< and on Xen's own line what its devices ask for
};

/// other_config:pci of the VM, written so that xapi plugs the devices in this order; judged as
/// decide_vm does. Where none are named, its entry stays, and only the rest is done. Throws
/// Failure unknown_device for a device that this host does not have; invalid_argument for a bridge,
/// for a VM that belongs to another host, for nothing to do it for, and where the entry
/// holds something that cannot be understood and would have to be kept.
Decision assign_devices(const Analysis& host, const std::string& vm,
                        const std::optional<std::vector<PciAddress>>& devices, const Assigning& how,
                        const Consent& consent);

/// All devices where none are named: then the key goes. Takes any device and a VM of any host; one
/// that the entry does not name changes nothing. What xapi dropped so far, and is mended by the
/// way, may refuse it.
Decision unassign_devices(const Analysis& host, const std::string& vm,
                          const std::optional<std::vector<PciAddress>>& devices,
                          const Consent& consent);

}  // namespace pci_passthrough
