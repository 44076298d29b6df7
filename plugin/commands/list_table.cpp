#include <algorithm>

#include "plugin/commands/device_words.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

std::string firmware_word(const ListedHost& host) {
  return host.efi ? *host.efi ? "UEFI" : "BIOS" : "";
}

std::string heading(const Listing& listing) {
  const auto& host = listing.host;
  const auto count = [&](bool (*is)(const ListedDevice&)) {
    return std::to_string(std::ranges::count_if(listing.devices, is));
  };
  std::vector<std::string> who;
  for (const auto& text :
       {host.name, host.product, host.version, firmware_word(host), host.boot_loader})
    if (!text.empty()) who.push_back(text);
  return printable(joined(who, " ")) + (who.empty() ? "" : ": ") +
         counted(listing.devices.size(), "function") + ", " + count(is_kept_from_dom0) +
         " hidden, " + count(waits_for_a_reboot) + " waiting for a reboot, " + count(dom0_needs) +
         " that dom0 needs";
}

constexpr char legend[] =
    "NEEDED: dom0 does not live without it. hidden: kept from dom0, free for a VM. hides at boot, "
    "back\n"
    "at boot: from the next reboot on. not held: a rule hides it, dom0 has it. ?: cannot be "
    "told.\n";

std::string devices_of(const Listing& listing) {
  const auto below = below_bridges(listing);
  std::vector<std::vector<std::string>> rows;
  for (const auto& device : listing.devices)
    rows.push_back({device.address.text(), dom0_word(device), kind_word(device),
                    driver_word(device), name_words(device), use_words(device, below)});
  const std::vector<Column> columns = {{"ADDRESS", 13}, {"DOM0", 15},   {"KIND", 6},
                                       {"DRIVER", 10},  {"DEVICE", 27}, {"USED BY", 24}};
  return wrapped(heading(listing), "") + "\n" + table(columns, rows);
}

std::string block(const object& reply) { return devices_of(read_listing(reply).value()); }

}  // namespace

std::string list_table(const object& reply) {
  if (reply.contains("models")) return models_table(reply);
  const bool of_pool = reply.contains("hosts");
  return (of_pool ? pool_table(reply, block) : selected_text(reply) + block(reply)) + "\n" + legend;
}

}  // namespace pci_passthrough::reports
