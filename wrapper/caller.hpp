#pragma once

#include <string>

#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// PCI_PASSTHROUGH_ROOT, else "/". xapi passes no environment: no remote caller can set it.
std::string root_of_environment();

/// Whoever calls through xapi; on a pool's member every call comes by way of the coordinator.
Caller caller_through_xapi(const Host& host, std::string session = {});

/// Whoever typed the command; `at_shell` for root alone.
Caller caller_at_shell();

}  // namespace pci_passthrough
