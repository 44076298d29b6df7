#include <algorithm>

#include "plugin/commands/reports.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

json::value value_or_null(const HideArguments& hide) {
  const auto value = hide.value();
  return value ? json::value(std::string(*value)) : json::value(nullptr);
}

array hidden_texts(const std::vector<PciAddress>& addresses) {
  array all;
  for (const auto& address : addresses) all.emplace_back(address.text());
  return all;
}

array entries_json(const Analysis& host) {
  const Boot& boot = host.boot();
  array entries;
  for (std::size_t i = 0; i < boot.file.entries.size(); ++i) {
    const BootEntry& entry = boot.file.entries[i];
    if (!entry.is_xen) continue;
    entries.push_back({{"title", entry.title},
                       {"label", entry.label},
                       {"line", entry.line},
                       {"default", boot.file.default_entry == i},
                       {"next", boot.next_entry() == i},
                       {"edited_by_us", std::ranges::count(host.rules().everyday, i) != 0},
                       {"value", value_or_null(host.rules().entries[i].stands)},
                       {"devices", hidden_texts(host.rules().entries[i].hidden)}});
  }
  return entries;
}

object running_json(const Analysis& host) {
  return {{"value", value_or_null(host.rules().running.stands)},
          {"devices", hidden_texts(host.rules().running.hidden)}};
}

array devices_json(const Analysis& host) {
  array devices;
  for (const auto& function : host.snapshot().functions) {
    const auto access = host.dom0_access(function);
    const bool plain = access == Dom0Access::enabled || access == Dom0Access::unknown;
    if (plain && function.driver != "pciback") continue;
    object device = {{"address", function.address.text()}};
    if (access != Dom0Access::unknown) device["dom0_access"] = name_of(access);
    if (function.driver)
      device["driver"] =
          function.driver->empty() ? json::value(nullptr) : json::value(*function.driver);
    devices.push_back(std::move(device));
  }
  return devices;
}

}  // namespace

object rules_of_host(const Analysis& host) {
  const Boot& boot = host.boot();
  object reply;
  const auto next = boot.next_own_entry();
  reply["parameter"] = hide_parameter(next ? host.rules().entries[*next].stands.kind
                                           : host.rules().running.stands.kind);
  if (!boot.path.empty()) reply["file"] = boot.path;
  if (boot.unreadable.empty())
    reply["entries"] = entries_json(host);
  else
    reply["unreadable"] = boot.unreadable;
  if (boot.file.trouble)
    reply["trouble"] = {{"line", boot.file.trouble->line},
                        {"message", boot.file.trouble->sentence}};
  if (boot.running) reply["running"] = running_json(host);
  reply["devices"] = devices_json(host);
  return reply;
}

object rules(const Analysis& host, const Arguments&) {
  object reply = rules_of_host(host);
  reply["schema"] = schema;
  return reply;
}

}  // namespace pci_passthrough::reports
