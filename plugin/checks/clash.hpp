#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// How grave it is that these VMs want one device: an error where one of them runs, or starts by
/// itself; a warning where all are off and wait for somebody.
struct Clash {
  FindingState state = FindingState::found;
  std::optional<Severity> severity{};
  std::string follows{};  ///< a sentence: what comes of it
};
Clash clash_of(const Pool& pool, const std::vector<const VmAssignment*>& assignments);
Clash clash_at_boot_of(const Pool& pool, std::vector<const VmAssignment*>& assignments);

/// "'clone' (Halted), 'web' (Running)", without `left_out`. The first of them: with thousands of
/// VMs, each would be told of thousands.
std::string names_of(const std::vector<const VmAssignment*>& assignments,
                     const VmAssignment* left_out = nullptr);

}  // namespace pci_passthrough::checks
