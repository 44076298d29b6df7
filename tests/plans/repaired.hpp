#pragma once

#include "plugin/plans/repair.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

inline Decision repaired(const Snapshot& host, bool all = false) {
  return repair(host, {all, {}}, shell);
}

}  // namespace pci_passthrough
