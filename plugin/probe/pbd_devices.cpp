#include <filesystem>
#include <sstream>

#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

constexpr int most_links = 8;

std::optional<std::string> followed(const Host& host, const std::string& path) {
  const auto target = host.link(path);
  if (!target) return std::nullopt;
  return (std::filesystem::path(path).parent_path() / target.value).lexically_normal();
}

std::string end_of(const Host& host, std::string path) {
  for (int i = 0; i < most_links; ++i) {
    auto next = followed(host, path);
    if (!next) break;
    path = std::move(*next);
  }
  return path;
}

std::vector<std::string> of_scsi_id(const Host& host, const std::string& id) {
  if (id.find('/') != std::string::npos) return {};
  std::vector<std::string> ends;
  const auto directory = "/dev/disk/by-scsid/" + id;
  for (const auto& name : host.list(directory).value)
    ends.push_back(end_of(host, directory + "/" + name));
  if (!ends.empty()) return ends;
  const auto by_id = followed(host, "/dev/disk/by-id/scsi-" + id);
  if (by_id) ends.push_back(end_of(host, *by_id));
  return ends;
}

}  // namespace

void probe_pbd_devices(const Host& host, Snapshot& snapshot) {
  if (!snapshot.pool) return;
  auto& named = snapshot.named_blocks;
  for (const auto& [ref, pbd] : snapshot.pool->pbds) {
    if (pbd.host != snapshot.pool->this_host || !pbd.attached) continue;
    const auto& config = pbd.device_config;
    if (const auto id = config.find("SCSIid"); id != config.end())
      named.try_emplace(id->second, of_scsi_id(host, id->second));
    const auto device = config.find("device");
    std::istringstream names(device == config.end() ? "" : device->second);
    for (std::string name; std::getline(names, name, ',');)
      named.try_emplace(name, std::vector{end_of(host, name)});
  }
}

}  // namespace pci_passthrough
