#include <fmt/format.h>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/listing_json.hpp"

namespace pci_passthrough::reports {
namespace {

std::string state_word(const object& vm) {
  return vm.at("is_snapshot").as_bool()   ? "snapshot"
         : vm.at("is_template").as_bool() ? "template"
                                          : member(vm, "power_state");
}

std::string host_word(const object& vm) {
  const auto* host = vm.if_contains("host");
  if (!host) return "?";
  return host->is_null() ? "any" : member(vm, "host_name");
}

std::string what_word(const object& device) {
  const auto* present = device.if_contains("present");
  if (!present) return device.contains("device") ? name_words(read_device(device)) : "unknown";
  return present->as_bool() ? name_words(read_device(device)) : "MISSING";
}

std::string dom0_words(const object& device) {
  const auto* present = device.if_contains("present");
  if (!present || !present->as_bool()) return "";
  return access_word(read_device(device));
}

std::string misread_lines(const array& vms) {
  std::string text;
  for (const auto& value : vms) {
    const auto& vm = value.as_object();
    for (const auto& piece : vm.at("misread").as_array())
      text += wrapped(
          fmt::format("{}: {}.", member(vm, "name"), member(piece.as_object(), "message")), "");
  }
  return text.empty() ? "" : "\nxapi misreads:\n\n" + text;
}

}  // namespace

std::string assignments_text(const array& vms) {
  if (vms.empty()) return "No VM has a device.\n";
  std::vector<std::vector<std::string>> rows;
  for (const auto& value : vms) {
    const auto& vm = value.as_object();
    std::vector<std::string> who = {member(vm, "name"), state_word(vm), host_word(vm)};
    const auto& devices = vm.at("devices").as_array();
    if (devices.empty()) rows.push_back({who[0], who[1], who[2], "none", "", ""});
    for (const auto& item : devices) {
      const auto& device = item.as_object();
      rows.push_back({who[0], who[1], who[2], member(device, "address"), what_word(device),
                      dom0_words(device)});
      who.assign(who.size(), "");
    }
  }
  const std::vector<Column> columns = {{"VM", 24},      {"STATE", 9},   {"HOST", 16},
                                       {"ADDRESS", 13}, {"DEVICE", 27}, {"DOM0", 15}};
  return table(columns, rows) + misread_lines(vms);
}

std::string assignments_table(const object& reply) {
  return assignments_text(reply.at("assignments").as_array());
}

}  // namespace pci_passthrough::reports
