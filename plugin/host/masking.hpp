#pragma once

#include <map>
#include <string>

#include "plugin/host/section.hpp"

namespace pci_passthrough {

/// The sections with made-up values in the place of serial numbers, UUIDs, MAC and IP addresses and
/// host names: the same value becomes the same other one everywhere, of the same length and shape,
/// numbered in the order of appearance, so that nothing of the true one is left in it. The routing
/// table is left empty.
std::map<std::string, Section> mask(const std::map<std::string, Section>& sections);

}  // namespace pci_passthrough
