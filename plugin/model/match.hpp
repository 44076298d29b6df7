#pragma once

#include <string_view>

#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// How surely a function is the one that was meant.
enum class MatchResult { none, model, topology, stable_id };

/// None where a id that lasts is another one: a serial number, a MAC address, the disk that a
/// NVMe controller is. Disks are changed behind other controllers, which stay.
MatchResult match(const Identity& meant, const Identity& now);

/// The same kind and function number, whatever they bear.
bool is_alike(const Identity& a, const Identity& b);

/// Both bear it: "same serial number"; "" where they have no id in common.
std::string_view common_id(const Identity& a, const Identity& b);

}  // namespace pci_passthrough
