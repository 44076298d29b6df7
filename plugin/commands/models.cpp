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
  PciAddress address;
  std::string_view state;
  Dom0Access access = Dom0Access::unknown;
  std::optional<std::vector<ListedVm>> vms;
};
struct Model {
  std::string vendor, device;
  std::vector<Card> cards;
};
/// By name, then ids.
using Models = std::map<std::pair<std::string, std::string>, Model>;

bool is_bridge(const ListedDevice& device) {
  constexpr unsigned bridges = 0x06, kind = 0x7f;
  return (device.class_id && *device.class_id >> 8 == bridges) ||
         (device.header_type && (*device.header_type & kind) != 0);
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

void add_cards(Models& models, const HostRecord& host, std::vector<ListedDevice> devices) {
  for (auto& device : devices) {
    if (is_bridge(device)) continue;
    const auto state = card_state(device);
    auto& model = models[{full_name_of(device), ids_of(device)}];
    if (model.cards.empty()) {
      model.vendor = std::move(device.vendor);
      model.device = std::move(device.device);
    }
    model.cards.push_back(
        {&host, device.address, state, device.dom0_access, std::move(device.vms)});
  }
}

object card_json(const Card& card) {
  object one = {{"host", card.host->uuid},
                {"host_name", card.host->name},
                {"address", card.address.text()},
                {"state", card.state},
                {"dom0_access", name_of(card.access)}};
  if (!card.vms) return one;
  array vms;
  for (const auto& vm : *card.vms)
    vms.push_back({{"uuid", vm.uuid}, {"name", vm.name}, {"power_state", vm.power_state}});
  one["vms"] = std::move(vms);
  return one;
}

object model_json(const std::string& ids, const Model& model) {
  array devices;
  for (const auto& card : model.cards) devices.push_back(card_json(card));
  return {{"ids", ids},
          {"vendor", model.vendor},
          {"device", model.device},
          {"devices", std::move(devices)}};
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

object models_of_pool(const Pool& pool, const EachReply& each) {
  Models models;
  array hosts;
  each([&](const std::string& ref, HostReply reply) {
    const auto& host = pool.hosts.at(ref);
    if (reply.answered()) add_cards(models, host, std::move(reply.listing.devices));
    hosts.push_back(host_json(host, reply));
  });
  auto reply = pool_head(pool);
  array all;
  for (const auto& [names, model] : models) all.push_back(model_json(names.second, model));
  reply["models"] = std::move(all);
  reply["hosts"] = std::move(hosts);
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
         untold_text(reply);
}

}  // namespace pci_passthrough::reports
