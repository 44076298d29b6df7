#pragma once

#include <string>

#include "plugin/model/listing.hpp"
#include "plugin/model/terminal.hpp"

namespace pci_passthrough::reports {

/// The word in the colour of a device's state, where the terminal has colours: needed red, hidden
/// green, what waits for a reboot amber. The word says the same.
std::string coloured(const std::string& word, const ListedDevice& device, const Terminal& terminal);

}  // namespace pci_passthrough::reports
