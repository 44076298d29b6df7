#include "plugin/commands/selected.hpp"

#include <fmt/format.h>

#include <boost/json/array.hpp>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {

namespace json = boost::json;

array addresses_json(const std::vector<PciAddress>& addresses) {
  array all;
  for (const auto& address : addresses) all.emplace_back(address.text());
  return all;
}

void put_selected(json::object& reply, const std::vector<Selected>& selected) {
  if (selected.empty()) return;
  json::array all;
  for (const auto& [text, addresses] : selected) {
    all.push_back({{"selector", text}, {"devices", addresses_json(addresses)}});
  }
  reply["selected"] = std::move(all);
}

std::string selected_text(const json::object& reply) {
  const auto* selected = reply.if_contains("selected");
  if (!selected) return "";
  std::string text;
  for (const auto& value : selected->as_array()) {
    const auto& one = value.as_object();
    std::vector<std::string> devices;
    for (const auto& device : one.at("devices").as_array())
      devices.emplace_back(device.as_string());
    text += wrapped(fmt::format("{}: {}", member(one, "selector"),
                                devices.empty() ? "none on this host" : joined(devices)),
                    "");
  }
  return text + "\n";
}

}  // namespace pci_passthrough::reports
