#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/model/auto_trial.hpp"

namespace pci_passthrough {

/// As paths::auto_trial holds it: one line of JSON in ASCII.
std::string auto_trial_text(const AutoTrial& trial);
/// Nothing where the text is none of ours, or damaged.
std::optional<AutoTrial> read_auto_trial(std::string_view text);

}  // namespace pci_passthrough
