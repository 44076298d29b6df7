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

/// Where a learned value may stand in a text. A serial number "devices" or "0000" is a word of the
/// kernel's elsewhere: there a value is known by its shape alone.
enum class ValuePlaces { anywhere, in_servers, in_json_values, nowhere };
ValuePlaces value_places(const Section& section);
/// The same of its path.
ValuePlaces value_places_in_path(std::string_view path);

}  // namespace pci_passthrough
