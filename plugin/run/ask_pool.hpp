#pragma once

#include "plugin/commands/command.hpp"
#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// Asks the plugin of each host of this pool from now on; what is returned writes of each as it
/// comes, while `host` and `pool` live. Throws Failure.
Write ask_pool(const Host& host, const Caller& caller, const Pool& pool, WritePool write);

}  // namespace pci_passthrough
