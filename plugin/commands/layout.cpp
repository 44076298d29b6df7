#include "plugin/commands/layout.hpp"

#include <algorithm>

#include "plugin/model/text.hpp"
#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(text, begins_character));
}

/// How many bytes the first `most` characters take.
std::size_t size_of(std::string_view text, std::size_t most) {
  std::size_t bytes = 0;
  for (; bytes < text.size() && (most > 0 || !begins_character(text[bytes])); ++bytes)
    if (begins_character(text[bytes])) --most;
  return bytes;
}

std::string cut(const std::string& text, std::size_t most) {
  return width(text) <= most ? text : text.substr(0, size_of(text, most - 2)) + "..";
}

}  // namespace

std::string table(const std::vector<Column>& columns,
                  const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> lines(1);
  for (const auto& column : columns) lines[0].emplace_back(column.heading);
  for (const auto& row : rows) {
    auto& line = lines.emplace_back();
    for (std::size_t i = 0; i < columns.size(); ++i)
      line.push_back(cut(printable(row[i]), columns[i].most));
  }
  std::vector<std::size_t> widest(columns.size());
  for (const auto& line : lines)
    for (std::size_t i = 0; i < columns.size(); ++i)
      widest[i] = std::max(widest[i], width(line[i]));
  std::string text;
  for (const auto& line : lines) {
    std::string row;
    for (std::size_t i = 0; i < columns.size(); ++i)
      row += line[i] + std::string(widest[i] - width(line[i]) + 1, ' ');
    row.erase(row.find_last_not_of(' ') + 1);
    text += row + "\n";
  }
  return text;
}

std::string member(const boost::json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value && value->is_string() ? std::string(value->as_string()) : "";
}

std::string fitted_line(const std::string& text, std::size_t columns) {
  const auto begin = text.find("\x1b["), end = text.find("\x1b[0m");
  if (begin == std::string::npos || end == std::string::npos) return cut(printable(text), columns);
  const auto word = text.find('m', begin) + 1;
  const auto before = printable(text.substr(0, begin)) + text.substr(word, end - word);
  const auto line = cut(before + printable(text.substr(end + 4)), columns);
  if (line.size() < before.size()) return line;
  return line.substr(0, begin) + text.substr(begin, end + 4 - begin) + line.substr(before.size());
}

std::string wrapped(std::string_view text, std::string_view indent, std::size_t columns) {
  const auto whole = printable(text);
  std::string lines;
  for (std::string_view rest = whole; !rest.empty();) {
    auto end = size_of(rest, columns - indent.size());
    const auto blank = end < rest.size() ? rest.rfind(' ', end) : std::string_view::npos;
    if (blank != std::string_view::npos && blank > 0) end = blank;
    lines += std::string(indent) + std::string(rest.substr(0, end)) + "\n";
    rest.remove_prefix(end);
    if (rest.starts_with(' ')) rest.remove_prefix(1);
  }
  return lines;
}

}  // namespace pci_passthrough
