#pragma once

#include "plugin/commands/reports.hpp"
#include "plugin/model/analysis.hpp"

namespace pci_passthrough::reports {

/// Every VM, snapshot and template with the key, as xapi reads it: the member `assignments`.
array assignments_of_pool(const Analysis& host);
object assignment_json(const Analysis& host, const VmAssignment& assignment);

}  // namespace pci_passthrough::reports
