#include "plugin/model/xapi_uses.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "plugin/model/storage.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

constexpr char xapi[] = "/var/lib/xcp/xapi: ";

void add_nic(const Snapshot& snapshot, const std::string& device,
             std::vector<PciAddress>& functions) {
  const auto found = std::ranges::find(snapshot.interfaces, device, &NetInterface::name);
  if (found == snapshot.interfaces.end()) return;
  for (const auto& address : found->path) {
    functions.push_back(address);
    const Function* function = snapshot.find(address);
    if (function && function->physical_function) functions.push_back(*function->physical_function);
  }
}

void follow(const Snapshot& snapshot, const std::string& ref, std::set<std::string>& seen,
            std::vector<PciAddress>& functions) {
  const auto& pifs = snapshot.pool->pifs;
  const auto found = pifs.find(ref);
  if (found == pifs.end() || !seen.insert(ref).second) return;
  if (found->second.physical) add_nic(snapshot, found->second.device, functions);
  for (const auto& below : found->second.below) follow(snapshot, below, seen, functions);
}

bool is_needed(const PifRecord& pif) {
  const bool has_address =
      pif.ip_configuration_mode == "DHCP" || pif.ip_configuration_mode == "Static";
  return pif.management || (pif.attached && (has_address || pif.disallow_unplug));
}

RepositoryUse use_of(const Snapshot& snapshot, const SrRecord& sr, const std::string& devices) {
  RepositoryUse use{
      sr.uuid, sr.name, {}, true, std::string(xapi) + "PBD.device_config:device of SR " + sr.uuid};
  const Storage storage(snapshot);
  std::istringstream names(devices);
  for (std::string name; std::getline(names, name, ',');) {
    const auto block =
        std::ranges::find(snapshot.blocks, name.substr(name.rfind('/') + 1), &BlockDevice::name);
    if (block == snapshot.blocks.end()) {
      use.known = false;
      continue;
    }
    const auto below = storage.below(*block).functions;
    use.functions.insert(use.functions.end(), below.begin(), below.end());
  }
  return use;
}

}  // namespace

std::string why_untold(const Snapshot& snapshot, const std::vector<std::string>& classes) {
  if (!snapshot.pool) return "";
  for (const auto& name : classes) {
    const auto found = snapshot.pool->unreadable.find(name);
    if (found != snapshot.pool->unreadable.end()) return found->second;
  }
  return snapshot.pool->this_host.empty() ? "xapi does not know this host's uuid" : "";
}

std::vector<NetworkUse> network_uses(const Snapshot& snapshot) {
  std::vector<NetworkUse> uses;
  if (!snapshot.pool) return uses;
  for (const auto& [ref, pif] : snapshot.pool->pifs) {
    if (pif.host != snapshot.pool->this_host || !is_needed(pif)) continue;
    NetworkUse use{pif.device, pif.management, {}, xapi + std::string("PIF of ") + pif.device};
    std::set<std::string> seen;
    follow(snapshot, ref, seen, use.functions);
    uses.push_back(std::move(use));
  }
  return uses;
}

std::vector<RepositoryUse> repository_uses(const Snapshot& snapshot) {
  std::vector<RepositoryUse> uses;
  if (!snapshot.pool) return uses;
  const auto& pool = *snapshot.pool;
  const auto by_sysfs = storage_repositories(snapshot);
  for (const auto& [ref, pbd] : pool.pbds) {
    const auto sr = pool.srs.find(pbd.sr);
    const auto device = pbd.device_config.find("device");
    const bool is_local = pbd.host == pool.this_host && pbd.attached && sr != pool.srs.end() &&
                          !sr->second.shared && device != pbd.device_config.end();
    if (is_local && std::ranges::count(by_sysfs, sr->second.uuid, &Repository::uuid) == 0)
      uses.push_back(use_of(snapshot, sr->second, device->second));
  }
  return uses;
}

}  // namespace pci_passthrough
