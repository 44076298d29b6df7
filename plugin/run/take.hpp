#pragma once

#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// Takes the plan's devices from the running dom0, once what the plan writes stands and was read
/// back; a line in the log for each. Throws Failure internal_error where one is not held by pciback
/// afterwards: then the hide rules stand, and the details name each device's driver as it is.
std::vector<PciAddress> take(const Host& host, const Request& request, const Plan& plan);

}  // namespace pci_passthrough
