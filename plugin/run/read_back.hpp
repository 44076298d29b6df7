#pragma once

#include "plugin/model/plan.hpp"
#include "plugin/model/probe_scope.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// What to read again after a change: xapi only where it was changed.
ProbeScope to_read_back(const Plan& plan);

/// Throws Failure where the host is not what was planned: what stands is told, not what was meant.
void check_read_back(const Plan& plan, const Snapshot& after);

}  // namespace pci_passthrough
