#pragma once

#include "plugin/commands/reports.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::reports {

/// Every VM, snapshot and template with the key, as xapi reads it: the member `assignments`.
array assignments_of_pool(const Snapshot& snapshot);
object assignment_json(const Snapshot& snapshot, const VmWish& wish);

/// Who wants each device on this host: the member `vms` of `list`.
array vms_wanting(const std::vector<VmWish>& wishes, const PciAddress& address);

}  // namespace pci_passthrough::reports
