#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/section.hpp"

namespace pci_passthrough {

/// How long is the UUID, MAC, IPv4 or IPv6 address that begins at `at`? 0 where none does, or one
/// that tells nothing (127.0.0.1, ff:ff:ff:ff:ff:ff, ::1).
std::size_t sensitive_size(std::string_view text, std::size_t at);

/// Values that are known by where they stand: serial numbers, host names, NFS servers, names below
/// /dev/disk/by-id and by-uuid.
std::vector<std::string> sensitive_values(const Section& section);

}  // namespace pci_passthrough
