#pragma once

#include <map>
#include <string>

namespace pci_passthrough {

/// A source of truth, and why it could not be read.
using Unreadable = std::map<std::string, std::string>;

/// "cannot read /sys/bus/pci/devices (Permission denied)"; "" where the list of this host's
/// functions was read.
std::string why_functions_are_unknown(const Unreadable& unreadable);

/// "Not read, and what rests on it is unknown: /sys/class/block (Permission denied)."; "" where all
/// was read.
std::string words_of_unread(const Unreadable& unreadable);
/// "not read: /sys/class/block"
std::string names_of_unread(const Unreadable& unreadable);

}  // namespace pci_passthrough
