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

struct AssignTerms {
  bool replace = false;  ///< exactly these devices; else they come after those that are there
  std::vector<Acceptance> accepted;
};

/// other_config:pci of the VM, written so that xapi plugs the devices in this order; judged as if
/// the VM were to start here; what the host says of its devices stands among the findings, and
/// refuses nothing. Throws Failure unknown_device for a device that this host does not
/// have; invalid_argument for a bridge, for a VM that belongs to another host, and where the entry
/// holds something that cannot be understood and would have to be kept.
Decision assign_devices(const Snapshot& snapshot, const std::string& vm,
                        const std::vector<PciAddress>& devices, const AssignTerms& terms,
                        const Caller& caller);

/// Without devices the key goes. Takes any device and a VM of any host; one that the entry does not
/// name changes nothing. What xapi dropped so far, and is mended by the way, may refuse it.
Decision unassign_devices(const Snapshot& snapshot, const std::string& vm,
                          const std::vector<PciAddress>& devices,
                          const std::vector<Acceptance>& accepted, const Caller& caller);

/// The host as it would be with this entry.
Snapshot with_vm_entry(const Snapshot& before, const std::string& ref,
                       const std::optional<std::string>& pci);

}  // namespace pci_passthrough
