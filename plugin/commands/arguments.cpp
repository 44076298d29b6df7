#include "plugin/commands/arguments.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

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

void check_stands_alone(const Command& command, const ArgumentRule& rule, const Request& request) {
  for (const auto& [name, value] : request.arguments)
    if (const auto* other = rule_named(command, name);
        name != rule.name && name != "format" && !(other && other->stands_beside))
      throw misuse(fmt::format("{}={} takes no argument beside it but format; {} is given, too",
                               rule.name, rule.value, name));
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
    check_stands_alone(command, *rule, request);
    arguments.scope = rule->instead;
  }
  arguments.scope = arguments.scope | rule->besides;
  rule->read(value, arguments);
}

}  // namespace

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
  if (arguments.by_model && !arguments.of_pool)
    throw misuse("by=model needs scope=pool: it tells where in the pool a card is");
  if (arguments.notify && (arguments.vm || arguments.of_pool || !arguments.devices.empty()))
    throw misuse("notify=true is about this host as it stands; leave out devices, vm and scope");
  for (const auto& rule : command.arguments)
    if (rule.required && std::ranges::count(given, rule.name) == 0 &&
        std::ranges::none_of(rule.unless, is_on))
      throw misuse(fmt::format("{0} needs the argument {1}, for instance {1}={2}", command.name,
                               rule.name, rule.value));
  return arguments;
}

}  // namespace pci_passthrough
