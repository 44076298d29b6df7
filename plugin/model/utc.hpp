#pragma once

#include <ctime>
#include <string>

namespace pci_passthrough {

inline constexpr char utc_iso_8601[] = "%Y-%m-%dT%H:%M:%SZ";

/// A time in UTC, by strftime; 63 bytes at most.
std::string utc_text(std::time_t clock, const char* form = utc_iso_8601);

}  // namespace pci_passthrough
