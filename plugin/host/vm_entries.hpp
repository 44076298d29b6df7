#pragma once

#include <functional>

#include "plugin/model/plan.hpp"

namespace pci_passthrough {

class Xapi;

/// Sets, changes or removes the key `pci` of a VM's other_config, and no other key, provided that
/// it still is `before`: VM.remove_from_other_config, then VM.add_to_other_config (which fails
/// where the key is there); where the add fails, `before` is put back. Throws Failure busy where
/// the key was changed meanwhile, xapi_unavailable, not_permitted, or internal_error with xapi's
/// words and what stands now.
void set_vm_entry(Xapi& xapi, const SetVmEntry& entry);

/// The same, bound to a session: what apply() asks for.
using SetVmEntries = std::function<void(const SetVmEntry&)>;

}  // namespace pci_passthrough
