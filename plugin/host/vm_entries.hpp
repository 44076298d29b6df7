#pragma once

#include <functional>
#include <optional>

#include "plugin/host/host.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// Sets, changes or removes the key `pci` of a VM's other_config, and no other key, provided that
/// it still is `before`: VM.remove_from_other_config, then VM.add_to_other_config (which fails
/// where the key is there). xapi has no way to remove a key only where it has a certain value: who
/// changes it on another host between our reading and our removing loses that change, and hears of
/// it when it reads back later than that (run.cpp).
///
/// Why it was not done: busy where the key was changed meanwhile, with what stands now; else xapi's
/// own error or xapi_unavailable, its last detail what stands now: where the key is gone, `before`
/// is put back, by the socket's own root where the session of the call has ended.
std::optional<Failure> set_vm_entry(const Host& host, const Caller& caller,
                                    const SetVmEntry& entry);

/// A detail of such a failure: "the entry that stands: '0/0000:06:00.0'", or "none".
std::string entry_that_stands(const std::optional<std::string>& now);

/// The same as set_vm_entry, bound to a caller: what apply() asks for.
using SetVmEntries = std::function<std::optional<Failure>(const SetVmEntry&)>;

}  // namespace pci_passthrough
