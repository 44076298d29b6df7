#pragma once

#include <string>
#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Puts these backups back together, judged like any change. What is as it was then stays. Throws
/// Failure invalid_argument where one is of a boot file by which this host does not boot, or of a
/// VM that is gone or runs on another host; xapi_unavailable where the VMs are not known.
Decision put_back(const Analysis& host, const std::vector<const Backup*>& backups,
                  const Consent& consent);

/// Puts one back, by its id. Throws Failure invalid_argument too where there is none.
Decision restore_backup(const Analysis& host, const std::string& id, const Consent& consent);

}  // namespace pci_passthrough
