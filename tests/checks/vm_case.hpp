#pragma once

#include "tests/checks/case.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {

/// What a check says of the VM 'nas' on the recorded XCP-ng 8.3.
inline Case of_vm(std::string code, Snapshot (*changed)(Snapshot), FindingState state,
                  std::string device, std::vector<std::string> words) {
  return {std::move(code),   "xcp-ng-8.3",     changed, state,
          std::move(device), std::move(words), false,   "uuid-nas"};
}

inline Case silent_of_vm(std::string code, Snapshot (*changed)(Snapshot)) {
  return silent(std::move(code), "xcp-ng-8.3", changed);
}

}  // namespace pci_passthrough
