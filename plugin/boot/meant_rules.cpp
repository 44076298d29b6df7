#include "plugin/boot/meant_rules.hpp"

#include <algorithm>
#include <charconv>
#include <optional>

namespace pci_passthrough {
namespace {

using Rules = std::vector<HideRule>;
using Pieces = std::vector<std::string_view>;

constexpr std::string_view brackets = "()[]{}";

Pieces pieces_of(std::string_view text, std::string_view separators) {
  Pieces pieces;
  while (!text.empty()) {
    const auto size = std::min(text.find_first_of(separators), text.size());
    pieces.push_back(text.substr(0, size));
    text.remove_prefix(std::min(size + 1, text.size()));
  }
  return pieces;
}

std::string_view without_blanks(std::string_view text) {
  while (text.starts_with(' ')) text.remove_prefix(1);
  while (text.ends_with(' ')) text.remove_suffix(1);
  return text;
}

bool read_number(std::string_view text, std::size_t longest, unsigned highest, unsigned& value) {
  const char* end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value, 16);
  return text.size() <= longest && error == std::errc{} && stop == end && value <= highest;
}

bool read_or_any(std::string_view text, std::size_t longest, unsigned highest,
                 std::optional<std::uint8_t>& value) {
  unsigned number = 0;
  if (text == "*") return true;
  if (!read_number(text, longest, highest, number)) return false;
  value = static_cast<std::uint8_t>(number);
  return true;
}

/// Are these numbers plainly an address, by their widths or by what stands between them?
bool has_shape(const Pieces& parts, std::string_view text, std::string_view separators) {
  std::string between;
  for (const char c : text)
    if (separators.find(c) != separators.npos) between += c;
  if (parts.size() == 4) return parts[0].size() == 4 || between == "::." || between == ":::";
  return between == ":." || (parts[0].size() == 2 && parts[1].size() == 2);
}

/// Numbers with anything between them that a hand may slip to; three or four of them.
bool read_address(std::string_view text, std::string_view separators, Rules& rules) {
  auto parts = pieces_of(text, separators);
  if (parts.size() < 3 || parts.size() > 4 || !has_shape(parts, text, separators)) return false;
  if (parts.size() == 3) parts.insert(parts.begin(), "0");
  HideRule rule;
  unsigned bus = 0;
  const bool plain =
      read_number(parts[0], 4, 0xffff, rule.segment) && read_number(parts[1], 2, 0xff, bus) &&
      read_or_any(parts[2], 2, 0x1f, rule.device) && read_or_any(parts[3], 1, 7, rule.function);
  if (!plain || (!rule.device && rule.function)) return false;
  rule.bus = static_cast<std::uint8_t>(bus);
  rule.text = rule.written();
  rules.push_back(std::move(rule));
  return true;
}

/// What stands in one pair of brackets: an address, or several.
bool read_group(std::string_view text, Rules& rules) {
  text = without_blanks(text);
  if (text.empty() || read_address(text, ":.,;", rules)) return true;
  return std::ranges::all_of(pieces_of(text, ",; "), [&](std::string_view word) {
    return word.empty() || read_address(word, ":.", rules);
  });
}

}  // namespace

Rules meant_rules(std::string_view list) {
  std::string text(list);
  std::erase_if(text, [](char c) { return c == '"' || c == '\'' || c == '`' || c == '\\'; });
  const bool has_brackets = text.find_first_of(brackets) != std::string::npos;
  Rules rules;
  const bool plain = std::ranges::all_of(
      pieces_of(text, has_brackets ? brackets : ",; "), [&](std::string_view group) {
        group = without_blanks(group);
        while (group.starts_with(',') || group.starts_with(';'))
          group = without_blanks(group.substr(1));
        while (group.ends_with(',') || group.ends_with(';'))
          group = without_blanks(group.substr(0, group.size() - 1));
        return read_group(group, rules);
      });
  return plain ? write_out(rules, {}) : Rules{};
}

}  // namespace pci_passthrough
