#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// Columns for people, in ASCII-safe text: each cell is made printable and cut to its column's
/// width.
struct Column {
  std::string_view heading;
  std::size_t most;  ///< widest it may get
};
std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows);

/// A member's string, or "" where it is absent, null or no string.
std::string member(const boost::json::object& object, std::string_view name);

/// Breaks a text into lines of at most so many columns, each behind the indent.
std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns = 100);

/// One printable line of at most so many columns; colours (SGR) take none.
std::string fitted_line(const std::string& text, std::size_t columns);

}  // namespace pci_passthrough
