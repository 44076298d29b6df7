#include "plugin/model/xapi_uses.hpp"

#include <algorithm>
#include <set>
#include <sstream>

#include "plugin/model/storage.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

constexpr char xapi[] = "/var/lib/xcp/xapi: ";

void add_nic(const Snapshot& snapshot, const std::string& device, NetworkUse& use) {
  const auto found = std::ranges::find(snapshot.interfaces, device, &NetInterface::name);
  if (found == snapshot.interfaces.end() || found->path.empty()) {
    use.known = false;
    return;
  }
  for (const auto& address : found->path) {
    use.functions.push_back(address);
    const Function* function = snapshot.find(address);
    if (function && function->physical_function)
      use.functions.push_back(*function->physical_function);
    if (function && !function->unread.empty()) use.known = false;
  }
}

void follow(const Snapshot& snapshot, const std::string& ref, std::set<std::string>& seen,
            NetworkUse& use) {
  const auto& pifs = snapshot.pool->pifs;
  if (!seen.insert(ref).second) return;
  const auto found = pifs.find(ref);
  const PifRecord* pif = found == pifs.end() ? nullptr : &found->second;
  if (!pif || !pif->physical || !pif->below_is_told || (!*pif->physical && pif->below.empty())) {
    use.known = false;
    return;
  }
  if (*pif->physical) add_nic(snapshot, pif->device, use);
  for (const auto& below : pif->below) follow(snapshot, below, seen, use);
}

using Answer = std::optional<bool>;  ///< nothing: unknown

Answer either(Answer one, Answer other) {
  if (one == true || other == true) return true;
  return one && other ? Answer(false) : std::nullopt;
}

Answer both(Answer one, Answer other) {
  if (one == false || other == false) return false;
  return one && other ? Answer(true) : std::nullopt;
}

Answer is_set(const std::optional<std::string>& mode) {
  return mode ? Answer(!mode->empty() && *mode != "None") : std::nullopt;
}

Answer is_needed(const PifRecord& pif) {
  const auto has_address =
      either(is_set(pif.ip_configuration_mode), is_set(pif.ipv6_configuration_mode));
  return either(pif.management, both(pif.attached, either(has_address, pif.disallow_unplug)));
}

bool may_be_of_this_host(const Pool& pool, const PifRecord& pif) {
  return pif.host == pool.this_host || pif.host.empty();
}

NetworkUse use_of_pif(const Snapshot& snapshot, const std::string& ref, const PifRecord& pif) {
  NetworkUse use{pif.device,
                 pif.management.value_or(true),
                 {},
                 xapi + std::string("PIF of ") + pif.device,
                 true};
  std::set<std::string> seen;
  follow(snapshot, ref, seen, use);
  return use;
}

/// The disks that a PBD names: what each word of it leads to, and a multipath map of that name.
std::vector<const BlockDevice*> named_by(const Snapshot& snapshot, const Storage& storage,
                                         const std::string& word) {
  std::vector<const BlockDevice*> blocks;
  if (const auto* map = storage.titled(word); map && map->mapping == "mpath") blocks.push_back(map);
  const auto ends = snapshot.named_blocks.find(word);
  if (ends != snapshot.named_blocks.end())
    for (const auto& path : ends->second) blocks.push_back(storage.at(path));
  return blocks;
}

RepositoryUse use_of(const Snapshot& snapshot, const SrRecord& sr, const std::string& key,
                     const std::string& words) {
  RepositoryUse use{sr.uuid,
                    sr.name,
                    {},
                    true,
                    std::string(xapi) + "PBD.device_config:" + key + " of SR " + sr.uuid};
  const Storage storage(snapshot);
  std::istringstream names(words);
  for (std::string name; std::getline(names, name, ',');) {
    const auto blocks = named_by(snapshot, storage, name);
    use.known = use.known && !blocks.empty();
    for (const auto* block : blocks) {
      const auto below = block ? storage.below(*block) : Foundation{{}, {}, false, false};
      use.known = use.known && below.known;
      use.functions.insert(use.functions.end(), below.functions.begin(), below.functions.end());
      if (block) use.evidence += ", /sys/class/block/" + block->name;
    }
  }
  return use;
}

/// Which word of a PBD names its disks; those of iSCSI are reached over a NIC.
std::string key_of_disks(const PbdRecord& pbd) {
  if (pbd.device_config.contains("target")) return "";
  for (const char* key : {"SCSIid", "device"})
    if (pbd.device_config.contains(key)) return key;
  return "";
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
    const auto needed = is_needed(pif);
    if (!may_be_of_this_host(*snapshot.pool, pif) || needed == false) continue;
    uses.push_back(use_of_pif(snapshot, ref, pif));
    if (needed && !pif.host.empty()) continue;
    uses.back().known = false;
    uses.back().functions.clear();
  }
  return uses;
}

std::vector<NetworkUse> plugged_networks(const Snapshot& snapshot) {
  std::vector<NetworkUse> uses;
  if (!snapshot.pool) return uses;
  for (const auto& [ref, pif] : snapshot.pool->pifs)
    if (may_be_of_this_host(*snapshot.pool, pif) && pif.attached != false)
      uses.push_back(use_of_pif(snapshot, ref, pif));
  return uses;
}

std::vector<RepositoryUse> repository_uses(const Snapshot& snapshot) {
  std::vector<RepositoryUse> uses;
  if (!snapshot.pool) return uses;
  const auto& pool = *snapshot.pool;
  const auto by_sysfs = storage_repositories(snapshot);
  for (const auto& [ref, pbd] : pool.pbds) {
    const auto sr = pool.srs.find(pbd.sr);
    const auto key = key_of_disks(pbd);
    const bool is_here =
        pbd.host == pool.this_host && pbd.attached != false && sr != pool.srs.end();
    if (key.empty() || !is_here) continue;
    if (std::ranges::count(by_sysfs, sr->second.uuid, &Repository::uuid) == 0)
      uses.push_back(use_of(snapshot, sr->second, key, pbd.device_config.at(key)));
  }
  return uses;
}

}  // namespace pci_passthrough
