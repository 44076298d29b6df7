#pragma once

#include <string>

#include "plugin/host/host.hpp"

namespace pci_passthrough {

/// What the last message of ours on this host was about, as its author wrote it: kept, for a
/// message that was dismissed is gone from xapi. "" where none was. Throws Failure internal_error
/// where it cannot be told.
std::string last_alert(const Host& host);

}  // namespace pci_passthrough
