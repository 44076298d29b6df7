#pragma once

#include "tests/checks/case.hpp"

namespace pci_passthrough {

/// Every case of the catalogue, judged: once a test program.
struct JudgedCase {
  Case asked;
  std::vector<Finding> findings;
};
const std::vector<JudgedCase>& judged_cases();

/// Is this what the case wants to hear?
bool fits(const Case& wanted, const Finding& finding);

}  // namespace pci_passthrough
