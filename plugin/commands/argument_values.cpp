#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <utility>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/arguments.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

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

void read_trial(std::string_view value, Arguments& arguments) {
  if (value != "true" && value != "false" && value != "auto")
    throw misuse(fmt::format("invalid trial value '{}'; expected true, false or auto", value));
  arguments.confirms_itself = value == "auto";
  arguments.trial = value != "false";
  if (arguments.confirms_itself) arguments.scope = arguments.scope | ProbeScope::watch;
}

void read_by(std::string_view value, Arguments& arguments) {
  if (value != "model") throw misuse(fmt::format("invalid by value '{}'; expected model", value));
  arguments.by_model = true;
}

void read_exported(std::string_view value, Arguments& arguments) {
  if (value.size() > most_exported && !arguments.consent.caller.at_shell)
    throw misuse(
        fmt::format("file holds {} bytes; xapi hands over at most {}, for more: pci-passthrough "
                    "import --file FILE at a root shell on the host",
                    value.size(), most_exported));
  arguments.exported = read_export(value);
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

}  // namespace pci_passthrough
