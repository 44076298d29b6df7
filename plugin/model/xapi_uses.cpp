#include "plugin/model/xapi_uses.hpp"

#include <algorithm>
#include <set>

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

}  // namespace pci_passthrough
