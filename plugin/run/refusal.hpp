#pragma once

#include <vector>

#include "plugin/model/failure.hpp"
#include "plugin/model/finding.hpp"

namespace pci_passthrough {

/// What a refused change answers with: a sentence and, for each finding that refuses, "CHECK
/// ADDRESS: why", its remedy, and how the caller could go ahead in spite of it.
Failure refusal(const std::vector<Finding>& refusals);

}  // namespace pci_passthrough
