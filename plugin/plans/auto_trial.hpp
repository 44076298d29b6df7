#pragma once

#include <string>
#include <vector>

#include "plugin/model/trial_conditions.hpp"

namespace pci_passthrough {

/// What a trial that confirms itself waits for, how long, and what happens otherwise.
std::vector<std::string> notices_on_auto(const AutoTrialFacts& facts);

/// What whoever waits in a trial's boot does next.
enum class WaitStep {
  over,     ///< nothing: this boot is no such trial, or it was confirmed or abandoned
  wait,     ///< something is not true yet, and there is time
  confirm,  ///< all is true
  go_back,  ///< there is no time left: reboot into the old entry
};
struct WaitDecision {
  WaitStep step = WaitStep::over;
  std::vector<Unmet> unmet;
};
/// From the facts alone. What is unknown is not true; an unknown uptime leaves no time.
WaitDecision decide_wait(const Analysis& host);

/// The same after a confirmation that failed: one that is refused would be refused again.
WaitDecision decide_unconfirmed(const Analysis& host, bool is_refused, std::string why);

/// Why a reboot would not lead into the old entry; "" where it would, as far as can be told.
std::string why_not_back(const Analysis& host);

}  // namespace pci_passthrough
