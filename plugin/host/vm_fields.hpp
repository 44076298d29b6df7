#pragma once

#include <optional>

#include "plugin/host/host.hpp"
#include "plugin/host/vm_entries.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// Sets a field of a VM, provided that it still is `before`: its entry by set_vm_entry within
/// `limit`, any other by set_vm_setting.
std::optional<Failure> set_vm_field(const Host& host, const Caller& caller, const SetVmField& field,
                                    RemovalLimit limit);

/// VM.set_affinity, VM.set_memory_dynamic_range, or VM.add_to_ and remove_from_blocked_operations
/// of the operations that differ.
///
/// Why it was not done: busy where the field was changed meanwhile; else xapi's own error or
/// xapi_unavailable, its last detail what stands now.
std::optional<Failure> set_vm_setting(const Host& host, const Caller& caller,
                                      const SetVmField& setting);

}  // namespace pci_passthrough
