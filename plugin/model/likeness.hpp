#pragma once

#include <string_view>

#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// How surely a function is the one that was meant.
enum class Likeness { none, kind, place, marks };

/// None where a mark that lasts is another one: a serial number, a MAC address, the disk that a
/// NVMe controller is. Disks are changed behind other controllers, which stay.
Likeness likeness(const Identity& meant, const Identity& now);

/// The same kind and function number, whatever they bear.
bool is_alike(const Identity& a, const Identity& b);

/// Both bear it: "same serial number"; "" where they have no mark in common.
std::string_view common_mark(const Identity& a, const Identity& b);

}  // namespace pci_passthrough
