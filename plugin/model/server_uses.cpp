#include <algorithm>
#include <charconv>
#include <sstream>

#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

constexpr char table[] = "/proc/net/route";

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

/// "10.0.0.5" of "10.0.0.5:/isos", "//10.0.0.5/isos" and "\\10.0.0.5\isos".
std::string host_in(std::string_view text) {
  text.remove_prefix(std::min(text.find_first_not_of("/\\"), text.size()));
  const bool is_ipv6 = std::ranges::count(text, ':') > 1;
  return std::string(text.substr(0, text.find_first_of(is_ipv6 ? "/\\" : ":/\\")));
}

bool names_a_server(std::string_view location) {
  return location.starts_with("//") || location.starts_with("\\\\") ||
         location.find(":/") != std::string_view::npos;
}

std::vector<std::string> servers_in(const std::string& key, const std::string& value) {
  if (key == "location" && !names_a_server(value)) return {};
  std::vector<std::string> servers;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, ',');)
    if (auto server = host_in(part); !server.empty()) servers.push_back(std::move(server));
  return servers;
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

void follow(const Snapshot& snapshot, ServerUse& use) {
  constexpr std::uint32_t loopback = 127;
  const auto address = ipv4_of(use.server);
  if (!address) {
    use.unknown = use.server + " is no IPv4 address";
    return;
  }
  if (*address >> 24 == loopback) return;
  const auto routes = routes_to(snapshot, *address);
  if (routes.empty()) use.unknown = std::string("no route in ") + table + " leads to " + use.server;
  for (const auto* route : routes) {
    const auto path = path_of_interface(snapshot, route->interface, table);
    use.interface = route->interface;
    use.functions.insert(use.functions.end(), path.functions.begin(), path.functions.end());
    if (!path.known) use.unknown = "it cannot be told what " + route->interface + " stands on";
  }
}

}  // namespace

std::vector<ServerUse> server_uses(const Snapshot& snapshot) {
  std::vector<ServerUse> uses;
  if (!snapshot.pool) return uses;
  const auto& pool = *snapshot.pool;
  for (const auto& [ref, pbd] : pool.pbds) {
    const auto sr = pool.srs.find(pbd.sr);
    if (pbd.host != pool.this_host || !pbd.attached || sr == pool.srs.end()) continue;
    for (const char* key : {"server", "target", "location"}) {
      const auto value = pbd.device_config.find(key);
      if (value == pbd.device_config.end()) continue;
      for (auto& server : servers_in(key, value->second)) {
        ServerUse use{sr->second.uuid, sr->second.name, std::move(server), "", {}, "", table};
        use.evidence += std::string(", /var/lib/xcp/xapi: PBD.device_config:") + key + " of SR " +
                        sr->second.uuid;
        follow(snapshot, use);
        uses.push_back(std::move(use));
      }
    }
  }
  return uses;
}

}  // namespace pci_passthrough
