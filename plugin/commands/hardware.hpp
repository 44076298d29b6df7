#pragma once

#include "plugin/commands/reports.hpp"

namespace pci_passthrough::reports {

/// What a function's hardware can do, as members of `list`: `isolation_group`, `reset`,
/// `reset_hits`, `capabilities`. Absent: unknown; null: it has none.
void put_hardware(object& device, const Analysis& host, const Function& function);

}  // namespace pci_passthrough::reports
