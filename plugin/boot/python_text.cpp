#include "plugin/boot/python_text.hpp"

#include <algorithm>
#include <charconv>

#include "plugin/pci/ascii.hpp"
#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view ascii_blanks = " \t\n\v\f\r";
/// What else str.isspace() of Python 3 is true for.
bool is_more_blank(char32_t c) {
  constexpr char32_t lone[] = {0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};
  return (c >= 0x1c && c <= 0x1f) || (c >= 0x2000 && c <= 0x200a) ||
         std::ranges::find(lone, c) != std::end(lone);
}

/// As bytes.decode('utf-8', 'replace'), and every line end as '\n'.
std::string decoded(std::string_view file) {
  std::string text;
  for (std::size_t at = 0; at < file.size();) {
    if (file[at] == '\r') {
      at += file.substr(at, 2) == "\r\n" ? 2 : 1;
      text += '\n';
      continue;
    }
    const auto [value, size, valid] = first_character(file.substr(at));
    text += valid ? file.substr(at, size) : std::string_view("\xef\xbf\xbd");
    at += size;
  }
  return text;
}

}  // namespace

std::size_t PythonText::blank_at(std::string_view text) const {
  if (text.empty() || (text.front() > ' ' && text.front() < '\x7f')) return 0;
  if (ascii_blanks.find(text.front()) != std::string_view::npos) return 1;
  if (!unicode_) return 0;
  const auto [value, size, valid] = first_character(text);
  return valid && is_more_blank(value) ? size : 0;
}

std::size_t PythonText::word_size(std::string_view text) const {
  std::size_t size = 0;
  while (size < text.size() && blank_at(text.substr(size)) == 0) ++size;
  return size;
}

std::vector<std::string> PythonText::lines(std::string_view file) const {
  const std::string text = unicode_ ? decoded(file) : std::string(file);
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string_view PythonText::right_stripped(std::string_view text) const {
  while (!text.empty()) {
    auto last = text.size() - 1;
    while (last > 0 && !begins_character(text[last])) --last;
    if (blank_at(text.substr(last)) != text.size() - last) break;
    text = text.substr(0, last);
  }
  return text;
}

std::string_view PythonText::stripped(std::string_view text) const {
  while (const auto blank = blank_at(text)) text.remove_prefix(blank);
  return right_stripped(text);
}

std::vector<std::string_view> PythonText::split(std::string_view text, std::size_t most) const {
  std::vector<std::string_view> parts;
  for (;;) {
    while (const auto blank = blank_at(text)) text.remove_prefix(blank);
    if (text.empty()) return parts;
    const auto size = parts.size() + 1 == most ? text.size() : word_size(text);
    parts.push_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

std::vector<std::string> PythonText::arguments(std::string_view text) const {
  std::vector<std::string> found;
  for (;;) {
    while (const auto blank = blank_at(text)) text.remove_prefix(blank);
    if (text.empty()) return found;
    auto size = std::min(text.find_first_of(" \"", 1), text.size());
    if (text.substr(size, 1) == "\"")
      if (const auto closed = text.find('"', size + 1); closed != text.npos) size = closed + 1;
    size += word_size(text.substr(size));
    found.emplace_back(text.substr(0, size));
    text.remove_prefix(size);
  }
}

std::optional<long> PythonText::number(std::string_view text) const {
  text = stripped(text);
  const bool negative = text.starts_with('-');
  if (negative || text.starts_with('+')) text.remove_prefix(1);
  std::string digits;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool joins =
        unicode_ && text[i] == '_' && i > 0 && text[i - 1] != '_' && i + 1 < text.size();
    if (joins) continue;
    if (!is_digit(text[i])) return {};
    digits += text[i];
  }
  long value = 0;
  const auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
  if (digits.empty() || error != std::errc{}) return {};
  return negative ? -value : value;
}

}  // namespace pci_passthrough
