#include "plugin/model/server_route.hpp"

#include <algorithm>
#include <charconv>

#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

/// "10.0.0.5"
std::optional<std::uint32_t> ipv4_of(std::string_view text) {
  std::uint32_t address = 0;
  for (int i = 0; i < 4; ++i) {
    unsigned part = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), part);
    if (error != std::errc{} || part > 255) return std::nullopt;
    text.remove_prefix(static_cast<std::size_t>(end - text.data()));
    address = address << 8 | part;
    if (i < 3 && !text.starts_with('.')) return std::nullopt;
    if (i < 3) text.remove_prefix(1);
  }
  return text.empty() ? std::optional(address) : std::nullopt;
}

/// Of the routes to an address the narrowest, and of these the cheapest.
std::vector<const Route*> routes_to(const Snapshot& snapshot, std::uint32_t address) {
  std::vector<const Route*> best;
  const auto worth = [](const Route& route) {
    return std::pair(route.mask, ~std::uint64_t{route.metric});
  };
  for (const auto& route : snapshot.routes) {
    if ((address & route.mask) != route.destination) continue;
    if (!best.empty() && worth(route) < worth(*best.front())) continue;
    if (!best.empty() && worth(*best.front()) < worth(route)) best.clear();
    best.push_back(&route);
  }
  return best;
}

}  // namespace

ServerRoute route_to(const Snapshot& snapshot, const std::string& server) {
  constexpr std::uint32_t loopback = 127;
  ServerRoute route;
  const auto address = ipv4_of(server);
  if (!address) {
    route.unknown = server + " is no IPv4 address";
    return route;
  }
  if (*address >> 24 == loopback) return route;
  const auto lines = routes_to(snapshot, *address);
  if (lines.empty())
    route.unknown = std::string("no route in ") + route_table + " leads to " + server;
  if (const auto why = snapshot.unreadable.find(route_table); why != snapshot.unreadable.end())
    route.unknown = std::string("cannot read ") + route_table + " (" + why->second + ")";
  for (const auto* line : lines) {
    const auto path = path_of_interface(snapshot, line->interface, route_table);
    route.interface = line->interface;
    route.functions.insert(route.functions.end(), path.functions.begin(), path.functions.end());
    if (!path.known) route.unknown = "nothing is known that " + line->interface + " stands on";
  }
  return route;
}

std::string server_in(std::string_view location) {
  location.remove_prefix(std::min(location.find_first_not_of("/\\"), location.size()));
  const bool is_ipv6 = std::ranges::count(location, ':') > 1;
  return std::string(location.substr(0, location.find_first_of(is_ipv6 ? "/\\" : ":/\\")));
}

}  // namespace pci_passthrough
