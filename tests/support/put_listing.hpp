#pragma once

#include <boost/json/parse.hpp>

#include "plugin/model/listing_json.hpp"

namespace pci_passthrough {

/// Adds `host`, `devices` and, where there are any, `unreadable`, as `list` writes them.
inline void put_listing(boost::json::object& reply, const Listing& listing) {
  std::string text;
  const Output output = [&](std::string_view piece) { text += piece; };
  JsonWriter json(output);
  json.begin_object();
  write_listed(json.key("host"), listing.host);
  json.key("devices").begin_array();
  for (const auto& device : listing.devices) write_listed(json, device);
  json.end_array();
  json.end_object();
  json.flush();
  auto written = boost::json::parse(text);
  for (auto& [name, value] : written.get_object()) reply[name] = std::move(value);
  if (listing.unreadable.empty()) return;
  auto& unreadable = reply["unreadable"].emplace_object();
  for (const auto& [name, why] : listing.unreadable) unreadable[name] = why;
}

}  // namespace pci_passthrough
