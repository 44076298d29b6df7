#pragma once

#include "plugin/host/host.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/model/auto_trial.hpp"

namespace pci_passthrough {

/// What paths::auto_trial holds; EBADMSG where it is damaged.
Read<AutoTrial> kept_auto_trial(const Host& host);
/// An errno; 0 is good.
int write_auto_trial(const Lock& lock, const AutoTrial& trial);
void remove_auto_trial(const Lock& lock);
/// What a call that was killed left half written.
void remove_leftover_auto_trial(const Lock& lock);

}  // namespace pci_passthrough
