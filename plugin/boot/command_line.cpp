#include "plugin/boot/command_line.hpp"

#include <algorithm>
#include <charconv>

#include "plugin/pci/kernel_text.hpp"

namespace pci_passthrough {
namespace {

std::size_t argument_end(std::string_view text, std::size_t begin) {
  bool in_quotes = false;
  auto at = begin;
  for (; at < text.size() && (in_quotes || !is_kernel_space(text[at])); ++at)
    if (text[at] == '"') in_quotes = !in_quotes;
  return at;
}

/// Takes a pair of double quotes off: one around the whole argument, one around its value.
std::string unquoted(std::string_view text) {
  const bool quoted = text.starts_with('"');
  if (quoted) text.remove_prefix(1);
  const auto equals = text.find('=', 1);
  const bool quoted_value = equals != std::string_view::npos && text.substr(equals + 1, 1) == "\"";
  if ((quoted || quoted_value) && text.ends_with('"')) text.remove_suffix(1);

  std::string value(text);
  if (quoted_value && equals + 1 < value.size()) value.erase(equals + 1, 1);
  return value;
}

std::string_view argument_name(const Argument& argument) {
  const std::string_view value = argument.value;
  return value.substr(0, value.find('='));
}

bool same_parameter(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, [](char x, char y) {
    return x == y || (x == '_' && y == '-') || (x == '-' && y == '_');
  });
}

}  // namespace

std::vector<Argument> split_command_line(std::string_view text, std::size_t offset) {
  std::vector<Argument> arguments;
  for (std::size_t at = 0;;) {
    while (at < text.size() && is_kernel_space(text[at])) ++at;
    if (at == text.size()) return arguments;
    const auto end = argument_end(text, at);
    arguments.push_back({unquoted(text.substr(at, end - at)), offset + at, offset + end, 0, 0});
    at = end;
  }
}

bool stops_at_dashes(std::string_view kernel_release) {
  constexpr std::pair first_that_stops(3u, 15u);
  std::pair release(0u, 0u);
  const char* end = kernel_release.data() + kernel_release.size();
  const auto [dot, no_major] = std::from_chars(kernel_release.data(), end, release.first);
  if (no_major != std::errc{} || dot == end || *dot != '.') return true;
  const auto [rest, no_minor] = std::from_chars(dot + 1, end, release.second);
  return no_minor != std::errc{} || release >= first_that_stops;
}

SplitCommandLine split_at_dashes(std::vector<Argument> arguments, std::string_view kernel_release) {
  auto dashes = arguments.end();
  if (stops_at_dashes(kernel_release))
    dashes = std::ranges::find(arguments, "--", &Argument::value);
  SplitCommandLine split;
  split.init.assign(std::make_move_iterator(dashes), std::make_move_iterator(arguments.end()));
  arguments.erase(dashes, arguments.end());
  split.kernel = std::move(arguments);
  return split;
}

bool is_quote_open(std::string_view text) { return std::ranges::count(text, '"') % 2 != 0; }

std::string_view argument_value(const Argument& argument) {
  const auto name = argument_name(argument).size();
  return std::string_view(argument.value).substr(std::min(name + 1, argument.value.size()));
}

HideArguments find_hide_arguments(const std::vector<Argument>& arguments, PcibackKind kind) {
  const auto other = kind == PcibackKind::pvops ? PcibackKind::classic : PcibackKind::pvops;
  HideArguments found{kind, {}, {}};
  for (const auto& argument : arguments) {
    const auto name = argument_name(argument);
    if (name.size() == argument.value.size()) continue;
    if (same_parameter(name, hide_parameter(kind))) found.read.push_back(argument);
    if (same_parameter(name, hide_parameter(other))) found.ignored.push_back(argument);
  }
  return found;
}

std::optional<std::string_view> HideArguments::value() const {
  if (read.empty()) return {};
  return argument_value(read.back());
}

HideList HideArguments::list() const { return parse_hide_list(value().value_or(""), kind); }

}  // namespace pci_passthrough
