#include "plugin/model/host_reply.hpp"

#include <algorithm>
#include <array>
#include <boost/json/value.hpp>
#include <string_view>

namespace pci_passthrough {
namespace {

namespace json = boost::json;

/// Kinds of `used_by` that dom0 only sees, where they are not critical.
constexpr std::array<std::string_view, 3> only_seen = {"disk", "network", "input"};

const json::string* text_in(const json::object& object, std::string_view name) {
  const auto* value = object.if_contains(name);
  return value ? value->if_string() : nullptr;
}

std::string word_in(const json::object& object, std::string_view name) {
  const auto* text = text_in(object, name);
  return text ? std::string(*text) : "";
}

/// Takes the array `name` over where each element of it is an object that is good.
template <typename IsGood>
bool take_objects(json::array& all, const json::object& answer, std::string_view name,
                  IsGood is_good) {
  const auto* value = answer.if_contains(name);
  const auto* found = value ? value->if_array() : nullptr;
  if (!found || !std::ranges::all_of(*found, [&](const json::value& one) {
        return one.is_object() && is_good(one.get_object());
      }))
    return false;
  all = *found;
  return true;
}

bool is_use(const json::object& use) {
  const auto* critical = use.if_contains("critical");
  return text_in(use, "kind") && text_in(use, "name") && critical && critical->is_bool();
}

bool is_device(const json::object& device) {
  json::array ignored;
  return PciAddress::parse(word_in(device, "address")) &&
         take_objects(ignored, device, "used_by", is_use) &&
         (!device.contains("vms") ||
          take_objects(ignored, device, "vms", [](const auto&) { return true; }));
}

ListedDevice listed(const json::object& device) {
  ListedDevice one;
  const auto vendor = word_in(device, "vendor_id"), id = word_in(device, "device_id");
  if (!vendor.empty() && !id.empty()) one.ids = vendor + ":" + id;
  const auto name = word_in(device, "device");
  one.name = name.empty() ? one.ids : word_in(device, "vendor") + " " + name;
  for (const auto& value : device.at("used_by").get_array()) {
    const auto& use = value.get_object();
    const auto kind = word_in(use, "kind");
    if (use.at("critical").get_bool() || std::ranges::count(only_seen, kind) == 0)
      one.uses.push_back(kind + " " + word_in(use, "name"));
  }
  return one;
}

}  // namespace

bool take_version(HostReply& reply, const json::object& answer) {
  reply.plugin_version = word_in(answer, "version");
  return !reply.plugin_version.empty();
}

bool take_list(HostReply& reply, const json::object& answer) {
  if (!take_objects(reply.devices, answer, "devices", is_device)) return false;
  for (const auto& value : reply.devices) {
    const auto& device = value.get_object();
    reply.listed[*PciAddress::parse(word_in(device, "address"))] = listed(device);
  }
  return true;
}

bool take_verify(HostReply& reply, const json::object& answer) {
  reply.verdict = word_in(answer, "verdict");
  return (reply.verdict == "safe" || reply.verdict == "unsafe" || reply.verdict == "unknown") &&
         take_objects(reply.findings, answer, "findings",
                      [](const json::object& finding) { return text_in(finding, "code"); });
}

}  // namespace pci_passthrough
