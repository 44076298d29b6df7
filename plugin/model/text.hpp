#pragma once

#include <boost/json/value.hpp>
#include <span>
#include <string>
#include <string_view>

#include "plugin/pci/address.hpp"

namespace pci_passthrough {

/// Valid UTF-8 that XML 1.0 allows: any other byte or character becomes U+FFFD.
std::string valid_text(std::string_view bytes);

/// For a table, a sentence or the log: control characters, invalid bytes and what XML does not
/// allow as \xHH, else unchanged.
std::string printable(std::string_view text);

/// JSON with every other character escaped; a piece of it that ends within none will do.
std::string in_ascii(std::string_view json);

/// JSON in ASCII, valid whatever the strings in it hold.
std::string ascii_json(const boost::json::value& value);

/// "1 rule", "2 rules"
std::string counted(std::size_t count, std::string_view what);

/// Without the blanks and line ends behind it.
std::string line_of(std::string text);

/// "0000:06:00.0, 0000:07:00.0"; with "," as an argument takes them.
std::string texts(std::span<const PciAddress> addresses, std::string_view between = ", ");

/// "a, b and c"
template <typename Range>
std::string joined(const Range& parts, std::string_view between = ", ") {
  std::string text;
  for (const auto& part : parts) {
    if (!text.empty()) text += between;
    text += part;
  }
  return text;
}

}  // namespace pci_passthrough
