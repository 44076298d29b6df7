#pragma once

#include <string>
#include <utility>

#include "plugin/model/finding.hpp"
#include "plugin/model/trial.hpp"

/// What the checks share that ask whether a trial may be armed.
namespace pci_passthrough::checks {

/// Is a trial about to boot?
inline bool is_ahead(const Analysis& host) {
  const auto stage = trial_of(host).stage;
  return stage == TrialStage::prepared || stage == TrialStage::armed;
}

/// Of a trial that stands: take it back. Of one that is asked for: what to do instead.
inline Remedy taken_back(std::string instead) {
  return {"Take the trial back: pci-passthrough abandon.", "abandon", {}, std::move(instead)};
}

}  // namespace pci_passthrough::checks
