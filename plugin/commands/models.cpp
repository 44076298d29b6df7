#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

struct Card {
  const HostRecord* host = nullptr;
  const ListedDevice* device = nullptr;
};
/// By name, then ids.
using Models = std::map<std::pair<std::string, std::string>, std::vector<Card>>;

bool is_bridge(const ListedDevice& device) {
  constexpr unsigned bridges = 0x06, kind = 0x7f;
  return (device.class_id && *device.class_id >> 8 == bridges) ||
         (device.header_type && (*device.header_type & kind) != 0);
}

Models models_of(const std::vector<const HostRecord*>& hosts) {
  Models models;
  for (const auto* host : hosts)
    for (const auto& device : reply_of(*host).listing.devices)
      if (reply_of(*host).answered() && !is_bridge(device))
        models[{full_name_of(device), ids_of(device)}].push_back({host, &device});
  return models;
}

/// The members of "state" in README.
std::string_view card_state(const ListedDevice& device) {
  if (dom0_needs(device)) return "needed";
  if (!device.vms) return "unknown";
  if (!device.vms->empty()) return "assigned";
  if (waits_for_a_reboot(device)) return "pending";
  switch (device.dom0_access) {
    case Dom0Access::disabled:
      return "free";
    case Dom0Access::enabled:
      return "dom0";
    default:
      return "unknown";
  }
}

object card_json(const Card& card) {
  object one = {{"host", card.host->uuid},
                {"host_name", card.host->name},
                {"address", card.device->address.text()},
                {"state", card_state(*card.device)},
                {"dom0_access", name_of(card.device->dom0_access)}};
  if (!card.device->vms) return one;
  array vms;
  for (const auto& vm : *card.device->vms)
    vms.push_back({{"uuid", vm.uuid}, {"name", vm.name}, {"power_state", vm.power_state}});
  one["vms"] = std::move(vms);
  return one;
}

std::string owners(const object& card) {
  const auto* vms = card.if_contains("vms");
  std::vector<std::string> names;
  if (vms)
    for (const auto& vm : vms->as_array())
      names.push_back(fmt::format("VM {}", member(vm.as_object(), "name")));
  return joined(names);
}

}  // namespace

object models_of_pool(const Snapshot& snapshot) {
  const auto hosts = hosts_of(snapshot);
  auto reply = pool_head(*snapshot.pool);
  array models;
  for (const auto& [model, cards] : models_of(hosts)) {
    const auto& device = *cards.front().device;
    object one = {{"ids", model.second}, {"vendor", device.vendor}, {"device", device.device}};
    array devices;
    for (const auto& card : cards) devices.push_back(card_json(card));
    one["devices"] = std::move(devices);
    models.push_back(std::move(one));
  }
  reply["models"] = std::move(models);
  reply["hosts"] = hosts_json(hosts, [](object&, const HostReply&) {});
  return reply;
}

std::string models_table(const object& reply) {
  constexpr std::size_t widest = 30;
  std::vector<std::vector<std::string>> rows;
  for (const auto& value : reply.at("models").as_array()) {
    const auto& model = value.as_object();
    auto name = member(model, "device");
    if (name.empty()) name = "?";
    for (const auto& one : model.at("devices").as_array()) {
      const auto& card = one.as_object();
      const bool is_first = &one == &model.at("devices").as_array().front();
      rows.push_back({is_first ? name : "", is_first ? member(model, "ids") : "",
                      member(card, "host_name"), member(card, "address"), member(card, "state"),
                      owners(card)});
    }
  }
  return table({{"MODEL", widest},
                {"IDS", 9},
                {"HOST", 16},
                {"ADDRESS", 13},
                {"STATE", 8},
                {"WHOSE", 24}},
               rows) +
         "\nfree: hidden from dom0, and no VM has it. pending: until the next reboot. dom0: "
         "dom0's, "
         "and it\ncould do without. needed: dom0 does not live without it.\n" +
         unanswered_text(reply);
}

}  // namespace pci_passthrough::reports
