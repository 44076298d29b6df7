#pragma once

#include "plugin/commands/reports.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::reports {

/// Every VM, snapshot and template with the key, as xapi reads it: the member `assignments`.
array assignments_of_pool(const Snapshot& snapshot);
object assignment_json(const Snapshot& snapshot, const VmWish& wish);

}  // namespace pci_passthrough::reports
