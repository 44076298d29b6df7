#pragma once

#include <string_view>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// What assign with guards=true does of a VM that runs or may start here: `what` is an imperative,
/// "Fix it". Of another VM by hand: "xe vm-param-set uuid=...".
Remedy guard_remedy(const VmAssignment& assignment, std::string_view what,
                    std::string_view by_hand);

}  // namespace pci_passthrough::checks
