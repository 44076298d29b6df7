#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugin/model/text.hpp"
#include "plugin/model/trial_conditions.hpp"

namespace pci_passthrough {
namespace {

using Devices = std::vector<PciAddress>;

bool is_hidden(const Analysis& host, const Devices& devices, const PciAddress& address) {
  if (std::ranges::count(devices, address) != 0) return true;
  const auto* function = host.find(address);
  return function && function->physical_function &&
         std::ranges::count(devices, *function->physical_function) != 0;
}

/// Does this PIF go with its NIC? A bond stays while one of its NICs does.
bool goes(const Analysis& host, const Devices& devices, const PifRecord& pif,
          std::set<const PifRecord*>& seen) {
  if (!seen.insert(&pif).second) return false;
  const auto& interfaces = host.snapshot().interfaces;
  const auto nic = std::ranges::find(interfaces, pif.device, &NetInterface::name);
  if (pif.physical == true)
    return nic != interfaces.end() && !nic->path.empty() &&
           is_hidden(host, devices, nic->path.back());
  const auto& all = host.snapshot().pool->pifs;
  return !pif.below.empty() && std::ranges::all_of(pif.below, [&](const std::string& ref) {
    const auto below = all.find(ref);
    return below != all.end() && goes(host, devices, below->second, seen);
  });
}

/// Does this SR go with the controllers of its disks, each of them hidden?
bool goes(const Analysis& host, const Devices& devices, const std::string& sr_uuid) {
  const auto& accounts = host.hardware().srs;
  const auto account = std::ranges::find(accounts, sr_uuid, &SrAccount::uuid);
  if (account == accounts.end() || !account->servers.empty()) return false;
  bool goes = false;
  for (const auto& address : account->functions) {
    const auto* function = host.find(address);
    if (function && function->is_bridge()) continue;
    if (!is_hidden(host, devices, address)) return false;
    goes = true;
  }
  return goes;
}

void add(std::vector<Plugged>& wanted, AutoTrial& trial, Plugged one, bool goes) {
  if (goes)
    trial.left_out.push_back(std::move(one.name));
  else
    wanted.push_back(std::move(one));
}

std::string named(const std::vector<Plugged>& all) {
  std::vector<std::string> names;
  for (const auto& one : all) names.push_back(fmt::format("'{}'", printable(one.name)));
  return joined(names);
}

}  // namespace

AutoTrial auto_trial(const Analysis& host, const Devices& devices, const std::string& id) {
  const auto& snapshot = host.snapshot();
  AutoTrial trial{.id = id,
                  .devices = devices,
                  .interface = snapshot.management_interface.value_or("management interface")};
  if (!snapshot.pool) return trial;
  const auto& pool = *snapshot.pool;
  if (const auto here = pool.hosts.find(pool.this_host); here != pool.hosts.end())
    trial.address = here->second.address;
  for (const auto& [ref, pif] : pool.pifs) {
    std::set<const PifRecord*> seen;
    if (pif.host == pool.this_host && pif.attached != false)
      add(trial.pifs, trial, {ref, pif.device}, goes(host, devices, pif, seen));
  }
  for (const auto& [ref, pbd] : pool.pbds) {
    if (pbd.host != pool.this_host || pbd.attached == false) continue;
    const auto sr = pool.srs.find(pbd.sr);
    const bool is_known = sr != pool.srs.end();
    add(trial.pbds, trial, {ref, is_known ? sr->second.name : pbd.sr},
        is_known && goes(host, devices, sr->second.uuid));
  }
  return trial;
}

std::string conditions_in_words(const AutoTrial& trial) {
  auto words = fmt::format("the hide rule is active, pciback has {}, xapi has finished its start, ",
                           texts(trial.devices));
  if (!trial.interface.empty())
    words += fmt::format("{} has the address {}, ", printable(trial.interface),
                         trial.address.empty() ? "unknown" : printable(trial.address));
  words += "the coordinator answers";
  if (!trial.pifs.empty()) words += fmt::format(", the PIFs {} are plugged", named(trial.pifs));
  if (!trial.pbds.empty()) words += fmt::format(", the PBDs of {} are plugged", named(trial.pbds));
  return words;
}

}  // namespace pci_passthrough
