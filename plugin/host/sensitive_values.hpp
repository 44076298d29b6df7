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
enum class ValuePlaces {
  anywhere,
  at_begin,         ///< the name of a multipath map is its disk's SCSI id
  in_device_names,  ///< below /dev/disk/by-... and /dev/mapper, and behind "mpath-"
  in_mounts,        ///< there, and in a word that names a server
  in_json_values,
  nowhere
};
ValuePlaces value_places(const Section& section);
/// The same of its path.
ValuePlaces value_places_in_path(std::string_view path);

/// Where in a text a learned value may begin.
class Beginnings {
 public:
  Beginnings(std::string_view text, ValuePlaces places) : text_(text), places_(places) {}

  /// May one begin here? Asked from the text's begin to its end: each word is looked at once.
  bool allow(std::size_t at);

 private:
  bool is_in_json_value(std::size_t at);
  bool is_in_name(std::size_t at);

  std::string_view text_;
  ValuePlaces places_;
  std::size_t quote_ = 0;             ///< the first from where was asked last
  std::size_t word_ = 0, blank_ = 0;  ///< where the word begins, and ends
  std::size_t name_ = 0;              ///< where in the word a value may begin; npos nowhere
};

}  // namespace pci_passthrough
