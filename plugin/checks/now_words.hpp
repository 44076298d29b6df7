#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// What xapi alone could tell is not known.
inline Reason untold_by_xapi(std::string message, std::string evidence) {
  return {.message = std::move(message),
          .evidence = std::move(evidence),
          .state = FindingState::unknown,
          .remedy = Remedy{"Start xapi (xe-toolstack-restart), wait until it answers (xe "
                           "host-list), and try again; or leave out now=true."}};
}

}  // namespace pci_passthrough::checks
