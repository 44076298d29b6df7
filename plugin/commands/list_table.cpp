#include <algorithm>

#include "plugin/commands/device_words.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

std::string heading(const object& reply, const array& devices) {
  const auto& host = reply.contains("host") ? reply.at("host").as_object() : reply;
  std::size_t hidden = 0, pending = 0, needed = 0;
  for (const auto& value : devices) {
    const auto& device = value.as_object();
    const auto access = member(device, "dom0_access");
    hidden += is_kept_from_dom0(device);
    pending += access.ends_with("_on_reboot");
    needed += dom0_needs(device);
  }
  std::vector<std::string> who;
  for (const char* name : {"name", "product", "version", "firmware", "boot_loader"})
    if (auto text = member(host, name); !text.empty()) who.push_back(std::move(text));
  return printable(joined(who, " ")) + (who.empty() ? "" : ": ") +
         counted(devices.size(), "function") + ", " + std::to_string(hidden) + " hidden, " +
         std::to_string(pending) + " waiting for a reboot, " + std::to_string(needed) +
         " that dom0 needs";
}

constexpr char legend[] =
    "NEEDED: dom0 does not live without it. hidden: kept from dom0, free for a VM. hides at boot, "
    "back\n"
    "at boot: from the next reboot on. not held: a rule hides it, dom0 has it. ?: cannot be "
    "told.\n";

std::string devices_of(const object& reply) {
  const auto& devices = reply.at("devices").as_array();
  std::vector<std::vector<std::string>> rows;
  for (const auto& value : devices) {
    const auto& device = value.as_object();
    rows.push_back({member(device, "address"), dom0_word(device), kind_word(device),
                    driver_word(device), name_words(device), use_words(device, devices)});
  }
  const std::vector<Column> columns = {{"ADDRESS", 13}, {"DOM0", 15},   {"KIND", 6},
                                       {"DRIVER", 10},  {"DEVICE", 27}, {"USED BY", 24}};
  return wrapped(heading(reply, devices), "") + "\n" + table(columns, rows);
}

}  // namespace

std::string list_table(const object& reply) {
  const bool of_pool = reply.contains("hosts");
  return (of_pool ? pool_table(reply, devices_of) : devices_of(reply)) + "\n" + legend;
}

}  // namespace pci_passthrough::reports
