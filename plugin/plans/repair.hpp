#pragma once

#include "plugin/plans/hide.hpp"

namespace pci_passthrough {

/// Rewrites what the kernel or xapi would misread: short addresses, wildcards, legacy and double
/// names, lists and arguments that stand twice; and follows a device that moved. A rule keeps its
/// meaning; what newly takes effect is judged as if it had been asked for. A list with a syntax
/// error has no meaning to keep.
Decision repair_rules(const Snapshot& snapshot, const EditTerms& terms, const Caller& caller);

}  // namespace pci_passthrough
