#include <algorithm>

#include "plugin/model/sr_explanation.hpp"
#include "plugin/model/sr_words.hpp"

namespace pci_passthrough {
namespace {

bool is_an_address(std::string_view server) {
  return server.find_first_not_of("0123456789.") == server.npos;
}

/// By the mount of the SR, or another from the same server.
std::string address_by_mount(const SrExplanation& sr, const std::string& server) {
  const auto* own = mount_of_sr(sr.snapshot, sr.sr.uuid);
  if (own && !own->server_address.empty()) return own->server_address;
  for (const auto& mount : sr.snapshot.mounts)
    if (server_in(mount.source) == server && !mount.server_address.empty())
      return mount.server_address;
  return "";
}

struct NamedServer {
  std::string key, server;
};
std::vector<NamedServer> servers_named(const SrExplanation& sr,
                                       const std::vector<std::string>& keys) {
  std::vector<NamedServer> servers;
  for (const auto& key : keys)
    for (auto& server : servers_in_word(key, sr.word(key)))
      if (std::ranges::count(servers, server, &NamedServer::server) == 0)
        servers.push_back({key, std::move(server)});
  return servers;
}

}  // namespace

void explain_servers(SrExplanation& sr, const std::vector<std::string>& keys) {
  const auto servers = servers_named(sr, keys);
  if (servers.empty()) sr.lose("its PBD names no server", false, true);
  for (const auto& [key, server] : servers) {
    const auto address = is_an_address(server) ? server : address_by_mount(sr, server);
    sr.add_server(address.empty() ? server : address, "PBD.device_config:" + key);
  }
}

void explain_iscsi(SrExplanation& sr) {
  const auto id = sr.word("SCSIid");
  const bool is_logged_in = !id.empty() && explain_lun(sr, id) && sr.account.unknown.empty();
  explain_by_uuid(sr);
  const auto servers = servers_named(sr, {"target", "multihomelist", "multiSession"});
  if (servers.empty()) sr.lose("its PBD names no target", false, true);
  for (const auto& [key, server] : servers) {
    if (is_an_address(server) || !is_logged_in)
      sr.add_server(server, "PBD.device_config:" + key);
    else
      sr.account.servers.push_back({server, {}});
  }
}

}  // namespace pci_passthrough
