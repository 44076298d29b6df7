#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// A VM and its ref.
using Vm = std::pair<const std::string, VmRecord>;

/// The VM with this uuid, or the one of this name. Throws Failure xapi_unavailable where the VMs
/// are not known, invalid_argument where there is none or more than one, or where it is a template,
/// a snapshot or a control domain.
const Vm& find_vm(const Snapshot& snapshot, const std::string& named);

/// Throws Failure invalid_argument for a VM that runs on or belongs to another host.
void check_place(const Pool& pool, const VmRecord& vm);

/// Adds that this field becomes `after`; nothing where it is that.
void add_field(const Pool& pool, const Vm& vm, VmField field,
               const std::optional<std::string>& after, std::vector<SetVmField>& fields);

/// What a change of one VM is about.
struct VmChange {
  std::vector<SetVmField> fields;          ///< to set; none where all is so already
  std::vector<PciAddress> asked_for{};     ///< devices
  std::optional<std::string> boot_text{};  ///< of the boot file, where that is asked for, too
};
/// Judged as if the VM were to start here; what the host says of its devices stands among the
/// findings, and refuses nothing, but for what the boot file brings about.
Decision decide_vm(const Analysis& before, const Vm& vm, VmChange change, const Consent& consent);

}  // namespace pci_passthrough
