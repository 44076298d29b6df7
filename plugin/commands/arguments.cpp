#include <algorithm>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

const ArgumentRule* rule_named(const Command& command, std::string_view name) {
  const auto found = std::ranges::find(command.arguments, name, &ArgumentRule::name);
  return found == command.arguments.end() ? nullptr : &*found;
}

std::string known_arguments(const Command& command) {
  std::vector<std::string_view> names;
  for (const auto& rule : command.arguments) names.push_back(rule.name);
  names.emplace_back("format");
  return joined(names);
}

/// "wide|narrow"
bool is_choice_of(std::string_view choices, std::string_view value) {
  const auto all = "|" + std::string(choices) + "|";
  return all.find("|" + std::string(value) + "|") != std::string::npos &&
         value.find('|') == std::string_view::npos;
}

void check_value(const ArgumentRule& rule, const std::string& value) {
  if (rule.value == "true" && value != "true" && value != "false")
    throw misuse("the argument " + std::string(rule.name) + " takes true or false, not '" + value +
                 "'");
  if (rule.of_picture && !is_choice_of(rule.value, value))
    throw misuse("the argument " + std::string(rule.name) + " takes " + std::string(rule.value) +
                 ", not '" + value + "'");
  if (rule.instead != Facts::none && value != rule.value)
    throw misuse("the argument " + std::string(rule.name) + " takes " + std::string(rule.value) +
                 " alone, not '" + value + "'; without it this host answers for itself");
}

void check_stands_alone(const ArgumentRule& rule, const Request& request) {
  for (const auto& [name, value] : request.arguments)
    if (name != rule.name && name != "format")
      throw misuse(std::string(rule.name) + "=" + std::string(rule.value) +
                   " takes no argument beside it but format, and here stands " + name);
}

void check_format(const Command& command, const std::string& value) {
  if (value == "json" || value == "text" || (value == "svg" && command.picture)) return;
  throw misuse("the argument format takes " +
               std::string(command.picture ? "json, text or svg" : "json or text") + ", not '" +
               value + "'");
}

/// A picture is of one host, and what says how to draw is said of a picture.
void check_picture(const Command& command, const Arguments& arguments) {
  const bool is_picture = arguments.text("format") == "svg";
  if (is_picture && arguments.text("scope"))
    throw misuse("a picture is of one host; ask each host of the pool for its own, without scope");
  for (const auto& rule : command.arguments)
    if (rule.of_picture && arguments.text(rule.name) && !is_picture)
      throw misuse("the argument " + std::string(rule.name) +
                   " is of a picture; give format=svg with it");
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
    throw misuse("'" + std::string(text) +
                 "' is no PCI address; it is written 06:00.0 or, with its segment, 0000:06:00.0");
  return *address;
}

Acceptance acceptance_of(const std::string& text) {
  const auto at = text.find('@');
  const Check* check = find_check(text.substr(0, at));
  if (at == std::string::npos || !check) {
    std::vector<std::string_view> codes;
    for (const auto& row : catalogue())
      if (row.refusal == Refusal::acceptable || row.refusal == Refusal::acceptable_at_shell)
        codes.push_back(row.code);
    throw misuse("'" + text +
                 "' accepts nothing; it is written CHECK@ADDRESS, with one of these checks: " +
                 joined(codes));
  }
  return {std::string(check->code), address_of(text.substr(at + 1))};
}

}  // namespace

Arguments::Arguments(const Command& command, const Request& request)
    : caller_(request.caller), facts_(command.facts) {
  for (const auto& [name, value] : request.arguments) {
    if (text(name)) throw misuse("the argument '" + name + "' stands twice");
    const auto* rule = rule_named(command, name);
    if (!rule && name != "format")
      throw misuse("unknown argument '" + name + "'; " + std::string(command.name) + " knows " +
                   known_arguments(command));
    if (name == "format") check_format(command, value);
    if (rule) check_value(*rule, value);
    if (rule && rule->instead != Facts::none) {
      check_stands_alone(*rule, request);
      facts_ = rule->instead;
    }
    values_.emplace_back(name, value);
  }
  check_picture(command, *this);
  for (const auto& rule : command.arguments)
    if (rule.required && !text(rule.name))
      throw misuse(std::string(command.name) + " needs the argument " + std::string(rule.name) +
                   ", for instance " + std::string(rule.name) + "=" + std::string(rule.value));
}

std::optional<std::string_view> Arguments::text(std::string_view name) const {
  const auto found =
      std::ranges::find(values_, name, [](const auto& v) { return std::string_view(v.first); });
  if (found == values_.end()) return std::nullopt;
  return found->second;
}

bool Arguments::flag(std::string_view name) const { return text(name) == "true"; }

std::vector<PciAddress> Arguments::addresses(std::string_view name) const {
  std::vector<PciAddress> addresses;
  for (const auto& part : parts_of(text(name).value_or(""))) {
    const auto address = address_of(part);
    if (std::ranges::count(addresses, address) == 0) addresses.push_back(address);
  }
  if (addresses.empty() && text(name))
    throw misuse(std::string(name) + " names no device; it is written " + std::string(name) +
                 "=06:00.0,0000:07:00.0");
  return addresses;
}

std::vector<Acceptance> Arguments::acceptances() const {
  std::vector<Acceptance> acceptances;
  for (const auto& part : parts_of(text("accept").value_or("")))
    acceptances.push_back(acceptance_of(part));
  return acceptances;
}

}  // namespace pci_passthrough
