#include <algorithm>
#include <sstream>

#include "plugin/model/server_route.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough {
namespace {

bool names_a_server(std::string_view location) {
  return location.starts_with("//") || location.starts_with("\\\\") ||
         location.find(":/") != std::string_view::npos;
}

std::vector<std::string> servers_in(const std::string& key, const std::string& value) {
  if (key == "location" && !names_a_server(value)) return {};
  std::vector<std::string> servers;
  std::istringstream parts(value);
  for (std::string part; std::getline(parts, part, ',');)
    if (auto server = server_in(part); !server.empty()) servers.push_back(std::move(server));
  return servers;
}

}  // namespace

std::vector<ServerUse> server_uses(const Snapshot& snapshot) {
  std::vector<ServerUse> uses;
  if (!snapshot.pool) return uses;
  const auto& pool = *snapshot.pool;
  for (const auto& [ref, pbd] : pool.pbds) {
    const auto sr = pool.srs.find(pbd.sr);
    if (pbd.host != pool.this_host || pbd.attached == false || sr == pool.srs.end()) continue;
    for (const char* key : {"server", "target", "location"}) {
      const auto value = pbd.device_config.find(key);
      if (value == pbd.device_config.end()) continue;
      for (auto& server : servers_in(key, value->second)) {
        auto route = route_to(snapshot, server);
        uses.push_back({sr->second.uuid, sr->second.name, std::move(server), std::move(route),
                        std::string(route_table) + ", /var/lib/xcp/xapi: PBD.device_config:" + key +
                            " of SR " + sr->second.uuid});
      }
    }
  }
  return uses;
}

}  // namespace pci_passthrough
