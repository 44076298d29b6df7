#include <algorithm>

#include "plugin/commands/reports.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

json::value value_or_null(const HideArguments& hide) {
  const auto value = hide.value();
  return value ? json::value(std::string(*value)) : json::value(nullptr);
}

template <typename IsHidden>
array hidden_functions(const Snapshot& snapshot, IsHidden is_hidden) {
  array hidden;
  for (const auto& function : snapshot.functions)
    if (is_hidden(function)) hidden.emplace_back(function.address.text());
  return hidden;
}

array entries_json(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  const auto edited = edited_entries(boot, false);
  array entries;
  for (std::size_t i = 0; i < boot.file.entries.size(); ++i) {
    const BootEntry& entry = boot.file.entries[i];
    if (!entry.is_xen) continue;
    const auto list = list_of(boot, entry);
    entries.push_back(
        {{"title", entry.title},
         {"label", entry.label},
         {"line", entry.line},
         {"default", boot.file.default_entry == i},
         {"next", boot.next_entry() == i},
         {"edited_by_us", std::ranges::count(edited, i) != 0},
         {"value", value_or_null(hide_arguments(boot, entry))},
         {"devices", hidden_functions(snapshot, [&](const auto& f) { return hides(list, f); })}});
  }
  return entries;
}

object running_json(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  const auto list = running_list(boot);
  return {{"value", value_or_null(running_hide_arguments(boot))},
          {"devices", hidden_functions(snapshot, [&](const auto& f) { return hides(list, f); })}};
}

array devices_json(const Snapshot& snapshot) {
  array devices;
  for (const auto& function : snapshot.functions) {
    const auto access = dom0_access(snapshot.boot, function);
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

object rules_of_host(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  object reply;
  const auto next = boot.next_entry();
  reply["parameter"] =
      hide_parameter(next ? pciback_kind(boot.file.entries[*next], boot.kernel_release)
                          : pciback_kind(boot.kernel_release));
  if (!boot.path.empty()) reply["file"] = boot.path;
  if (boot.unreadable.empty())
    reply["entries"] = entries_json(snapshot);
  else
    reply["unreadable"] = boot.unreadable;
  if (boot.file.trouble)
    reply["trouble"] = {{"line", boot.file.trouble->line},
                        {"message", boot.file.trouble->sentence}};
  if (boot.running) reply["running"] = running_json(snapshot);
  reply["devices"] = devices_json(snapshot);
  return reply;
}

object rules(const Snapshot& snapshot, const Arguments&) {
  object reply = rules_of_host(snapshot);
  reply["schema"] = schema;
  return reply;
}

}  // namespace pci_passthrough::reports
