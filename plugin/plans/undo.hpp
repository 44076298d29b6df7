#pragma once

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Takes the last change back, all that it replaced together, judged like any change; its first
/// notice says what it takes back. An undo is a change too: to undo it is to do again what it took
/// back. What was remembered of devices that are named again is remembered again.
///
/// Throws Failure invalid_argument where no change is kept; refused where a file or an entry is not
/// what that change left, where that cannot be told, or where a backup of it is damaged; what
/// put_back() throws.
Decision undo_last_change(const Analysis& host, const Consent& consent);

}  // namespace pci_passthrough
