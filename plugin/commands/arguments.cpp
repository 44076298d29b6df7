#include "plugin/commands/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

const ArgumentRule* rule_named(const Command& command, std::string_view name) {
  const auto found = std::ranges::find(command.arguments, name, &ArgumentRule::name);
  return found == command.arguments.end() ? nullptr : &*found;
}

std::vector<std::string_view> known_arguments(const Command& command) {
  std::vector<std::string_view> names;
  for (const auto& rule : command.arguments) names.push_back(rule.name);
  names.emplace_back("format");
  return names;
}

void check_value(const ArgumentRule& rule, const std::string& value) {
  if (rule.value == "true" && value != "true" && value != "false")
    throw misuse(fmt::format("invalid {} value '{}'; expected true or false", rule.name, value));
  if (rule.instead != ProbeScope::none && value != rule.value)
    throw misuse(fmt::format("invalid {0} value '{1}'; expected {2}, or no {0} for this host alone",
                             rule.name, value, rule.value));
}

void check_stands_alone(const ArgumentRule& rule, const Request& request) {
  for (const auto& [name, value] : request.arguments)
    if (name != rule.name && name != "format")
      throw misuse(fmt::format("{}={} takes no argument beside it but format; {} is given, too",
                               rule.name, rule.value, name));
}

std::vector<std::string> parts_of(std::string_view text) {
  std::vector<std::string> parts;
  std::string part;
  for (const char c : std::string(text) + ",") {
    const bool separates = c == ',' || c == ' ' || c == '\t' || c == '\n' || c == '\r';
    if (!separates)
      part += c;
    else if (!part.empty())
      parts.push_back(std::exchange(part, ""));
  }
  return parts;
}

PciAddress address_of(std::string_view text) {
  const auto address = PciAddress::parse(text);
  if (!address)
    throw misuse(fmt::format("invalid PCI address '{}'; expected 06:00.0 or 0000:06:00.0", text));
  return *address;
}

DeviceSelector selector_of(const std::string& text) {
  auto selector = DeviceSelector::parse(text);
  if (!selector)
    throw misuse(fmt::format(
        "invalid device '{}'; expected an address (06:00.0, 0000:06:00.0), a model (10de:24b0, "
        "10de:24b0/1028:14a0), group:06:00.0 or slot:06:00, with ? before it where it may be "
        "absent",
        text));
  return *selector;
}

Acceptance acceptance_of(const std::string& text) {
  const auto at = text.find('@');
  const Check* check = find_check(text.substr(0, at));
  if (at == std::string::npos || !check) {
    std::vector<std::string_view> codes;
    for (const auto& row : catalogue())
      if (row.refusal == Refusal::acceptable || row.refusal == Refusal::acceptable_at_shell)
        codes.push_back(row.code);
    throw misuse(
        fmt::format("invalid accept value '{}'; expected CHECK@ADDRESS, where CHECK is one of {}",
                    text, fmt::join(codes, ", ")));
  }
  return {std::string(check->code), address_of(text.substr(at + 1))};
}

void read_format(const Command& command, const std::string& value, Arguments& arguments) {
  if (value == "json")
    arguments.format = Format::json;
  else if (value == "text")
    arguments.format = Format::text;
  else if (value == "svg" && command.picture)
    arguments.format = Format::svg;
  else
    throw misuse(fmt::format("invalid format value '{}'; expected {}", value,
                             command.picture ? "json, text or svg" : "json or text"));
}

/// A picture is of one host, and what says how to write a format is said of that format.
void check_format(const Command& command, const std::vector<std::string_view>& given,
                  const Arguments& arguments) {
  if (arguments.format == Format::svg && arguments.of_pool)
    throw misuse("a picture shows one host; ask each host of the pool without scope");
  for (const auto& rule : command.arguments)
    if (rule.needs && rule.needs != arguments.format && std::ranges::count(given, rule.name) != 0)
      throw misuse(fmt::format("{} describes a {}; give format={}, too", rule.name,
                               rule.needs == Format::svg ? "picture" : "text",
                               rule.needs == Format::svg ? "svg" : "text"));
}

void read_one(const Command& command, const Request& request, const std::string& name,
              const std::string& value, Arguments& arguments) {
  if (name == "format") return read_format(command, value, arguments);
  const auto* rule = rule_named(command, name);
  if (!rule)
    throw misuse(fmt::format("unknown argument '{}'; {} takes {}", name, command.name,
                             fmt::join(known_arguments(command), ", ")));
  check_value(*rule, value);
  if (rule->instead != ProbeScope::none) {
    check_stands_alone(*rule, request);
    arguments.scope = rule->instead;
  }
  rule->read(value, arguments);
}

}  // namespace

void read_devices(std::string_view value, Arguments& arguments) {
  for (const auto& part : parts_of(value)) arguments.devices.push_back(selector_of(part));
  if (arguments.devices.empty())
    throw misuse("devices is empty; expected addresses: devices=06:00.0,0000:07:00.0");
}

void read_devices_or_none(std::string_view value, Arguments& arguments) {
  arguments.no_devices = value == "none";
  if (!arguments.no_devices) read_devices(value, arguments);
}

void read_accept(std::string_view value, Arguments& arguments) {
  for (const auto& part : parts_of(value))
    arguments.consent.accepted.push_back(acceptance_of(part));
}

void read_entries(std::string_view value, Arguments& arguments) {
  if (value != "all")
    throw misuse(fmt::format(
        "invalid entries value '{}'; expected all, or no entries for those that boot", value));
  arguments.entries = Entries::all;
}

void read_scope(std::string_view, Arguments& arguments) { arguments.of_pool = true; }

void read_width(std::string_view value, Arguments& arguments) {
  if (value != "wide" && value != "narrow")
    throw misuse(fmt::format("invalid width value '{}'; expected wide or narrow", value));
  arguments.narrow = value == "narrow";
}

void read_style(std::string_view value, Arguments& arguments) {
  if (value != "none")
    throw misuse(fmt::format("invalid style value '{}'; expected none, or no style", value));
  arguments.unstyled = true;
}

Arguments read_arguments(const Command& command, const Request& request) {
  Arguments arguments;
  arguments.consent.caller = request.caller;
  arguments.scope = command.scope;
  std::vector<std::string_view> given;
  for (const auto& [name, value] : request.arguments) {
    if (std::ranges::count(given, name) != 0)
      throw misuse(fmt::format("argument '{}' is given twice", name));
    given.push_back(name);
    read_one(command, request, name, value, arguments);
  }
  const auto is_on = [&](std::string_view name) {
    return std::ranges::any_of(request.arguments, [&](const auto& one) {
      return one.first == name && one.second == "true";
    });
  };
  check_format(command, given, arguments);
  for (const auto& rule : command.arguments)
    if (rule.required && std::ranges::count(given, rule.name) == 0 &&
        std::ranges::none_of(rule.unless, is_on))
      throw misuse(fmt::format("{0} needs the argument {1}, for instance {1}={2}", command.name,
                               rule.name, rule.value));
  return arguments;
}

}  // namespace pci_passthrough
