#pragma once

#include <string>
#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// The VM with this uuid, or the one of this name. Throws Failure xapi_unavailable where the VMs
/// are not known, invalid_argument where there is none or more than one, or where it is a template,
/// a snapshot or a control domain.
const std::pair<const std::string, VmRecord>& find_vm(const Snapshot& snapshot,
                                                      const std::string& named);

/// Throws Failure invalid_argument for a VM that runs on or belongs to another host.
void check_place(const Pool& pool, const VmRecord& vm);

/// A new entry of the VM, or none, judged as if the VM were to start here; what the host says of
/// its devices stands among the findings, and refuses nothing.
Decision decide_vm_entry(const Analysis& before, const std::pair<const std::string, VmRecord>& vm,
                         const std::optional<std::string>& pci,
                         const std::vector<PciAddress>& asked_for, const Consent& consent);

/// Where a VM's new devices go: after those that it has, or in their place.
enum class Placing { append, replace };

/// other_config:pci of the VM, written so that xapi plugs the devices in this order; judged as
/// decide_vm_entry does. Throws Failure unknown_device for a device that this host does not
/// have; invalid_argument for a bridge, for a VM that belongs to another host, and where the entry
/// holds something that cannot be understood and would have to be kept.
Decision assign_devices(const Analysis& host, const std::string& vm,
                        const std::vector<PciAddress>& devices, Placing placing,
                        const Consent& consent);

/// All devices where none are named: then the key goes. Takes any device and a VM of any host; one
/// that the entry does not name changes nothing. What xapi dropped so far, and is mended by the
/// way, may refuse it.
Decision unassign_devices(const Analysis& host, const std::string& vm,
                          const std::optional<std::vector<PciAddress>>& devices,
                          const Consent& consent);

}  // namespace pci_passthrough
