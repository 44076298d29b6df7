#pragma once

#include <chrono>
#include <optional>

#include "plugin/host/host.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// xapi removes a key whatever its value is: between our reading and our removing, the plugin of
/// another host may write an entry, which is then lost. So who takes longer than this for both
/// fails, and who has written waits as long before he reads back (run.cpp): the loser hears of it.
/// Only who keeps to neither, xe or Xen Orchestra, can lose a change or undo one in silence.
inline constexpr std::chrono::milliseconds longest_removal{1000};

/// How long a removal may take; nothing where this host is all of its pool, and its lock keeps its
/// callers apart.
using RemovalLimit = std::optional<std::chrono::milliseconds>;

/// Sets, changes or removes the key `pci` of a VM's other_config, and no other key, provided that
/// it still is `before`: VM.remove_from_other_config, then VM.add_to_other_config, which fails
/// where the key is there (and that is well where it is what we wanted).
///
/// Why it was not done: busy where the key was changed meanwhile, with what stands now; else xapi's
/// own error or xapi_unavailable, its last detail what stands now: where the key is gone, `before`
/// is put back, by the socket's own root where the session of the call has ended.
std::optional<Failure> set_vm_entry(const Host& host, const Caller& caller, const SetVmField& entry,
                                    RemovalLimit limit);

/// A detail of such a failure: "the entry that stands: '0/0000:06:00.0'", or "none".
std::string entry_that_stands(const std::optional<std::string>& now);

/// Of a failure of this or of set_vm_setting: nothing of ours stands, and nothing that was there is
/// gone by our doing.
bool is_as_before(const Failure& failure);

}  // namespace pci_passthrough
