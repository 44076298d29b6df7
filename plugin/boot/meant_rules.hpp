#pragma once

#include <string_view>
#include <vector>

#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {

/// What a person plainly means by a list, whatever slips stand in it: "(0000.01:00.0)",
/// "(01:00.0,01:00.1)", "01:00.0", "(01:00:0)", quotes and blanks anywhere between. Each device
/// once, in the order given. Nothing where any of it is not plain.
std::vector<HideRule> meant_rules(std::string_view list);

}  // namespace pci_passthrough
