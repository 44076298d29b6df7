#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/analysis.hpp"
#include "plugin/model/finding.hpp"

namespace pci_passthrough {

/// One of the things that a trial waits for before it confirms itself, and that is not true.
struct Unmet {
  std::string_view name;  ///< "pciback", "pbds"
  FindingState state = FindingState::found;
  std::string message;  ///< a sentence
};

/// What must be true for this trial of these devices, by what is plugged now.
AutoTrial auto_trial(const Analysis& host, const std::vector<PciAddress>& devices,
                     const std::string& id);

/// All of what was kept (AutoTrialFacts::kept) that is not true, or not known to be.
std::vector<Unmet> unmet_conditions(const Analysis& host);
/// The same without what the trial's own boot alone can bring about.
std::vector<Unmet> unmet_before_the_boot(const Analysis& host);

/// "the hide rule is active, 0000:06:00.0 on pciback, ..."
std::string conditions_in_words(const AutoTrial& trial);

}  // namespace pci_passthrough
