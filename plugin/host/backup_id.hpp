#pragma once

#include <sys/time.h>

#include <string>
#include <vector>

namespace pci_passthrough {

/// What an id begins with: "20261130T184512.000123Z". Ids are in the order of the changes, wherever
/// somebody sets the clock: after the last of these names, which are in order.
std::string next_backup_time(const std::vector<std::string>& names, const timeval& now);

}  // namespace pci_passthrough
