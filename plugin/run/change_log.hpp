#pragma once

#include "plugin/host/apply.hpp"
#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"
#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// A line in the log for each boot file and VM entry that was changed: who, what it was and is,
/// what was accepted, the backup.
void log_change(const Host& host, const Request& request, const Decision& decision,
                const Applied& applied);

}  // namespace pci_passthrough
