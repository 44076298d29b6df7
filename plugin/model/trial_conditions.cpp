#include "plugin/model/trial_conditions.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/trial.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough {
namespace {

using Said = std::vector<Unmet>;

Unmet not_true(std::string message) { return {{}, FindingState::found, std::move(message)}; }
Unmet not_known(std::string message) { return {{}, FindingState::unknown, std::move(message)}; }

const AutoTrial& kept_of(const Analysis& host) { return host.snapshot().auto_trial.kept.value(); }

Said unmet_rule(const Analysis& host) {
  if (!host.boot().running)
    return {not_known(fmt::format("Unknown whether the hide rule is active: cannot read {}.",
                                  paths::kernel_command_line))};
  Said said;
  for (const auto& device : kept_of(host).devices)
    if (!host.rules().running.in_effect.names(device))
      said.push_back(
          not_true(fmt::format("The running kernel has no hide rule for {}.", device.text())));
  return said;
}

Said unmet_pciback(const Analysis& host) {
  Said said;
  const auto why = why_functions_are_unknown(host.snapshot().unreadable);
  for (const auto& device : kept_of(host).devices) {
    const auto* function = host.find(device);
    const auto address = device.text();
    if (!function && !why.empty())
      said.push_back(not_known(fmt::format("Unknown whether {} is there: {}.", address, why)));
    else if (!function)
      said.push_back(not_true(fmt::format("{} is not there.", address)));
    else if (!function->driver)
      said.push_back(
          not_known(fmt::format("Unknown whether {0} is on pciback: cannot read {1}/{0}/driver.",
                                address, paths::pci_devices)));
    else if (function->driver != "pciback")
      said.push_back(not_true(
          fmt::format("{} is not on pciback: {} has it.", address,
                      function->driver->empty() ? "no driver" : printable(*function->driver))));
  }
  return said;
}

Said unmet_xapi(const Analysis& host) {
  const auto& watch = host.snapshot().auto_trial.watch;
  if (watch && watch->xapi_started) return {};
  return {not_true(
      fmt::format("xapi has not finished its start: {} is not there.", paths::xapi_started))};
}

Said unmet_address(const Analysis& host) {
  const auto& kept = kept_of(host);
  const auto& watch = host.snapshot().auto_trial.watch;
  if (kept.interface.empty()) return {};
  if (kept.address.empty())
    return {not_known("Unknown which address this host has: xapi does not tell it.")};
  if (!watch || !watch->addresses)
    return {
        not_known(fmt::format("Unknown whether {} has the address {}: {}.", kept.interface,
                              kept.address, watch ? watch->why_no_addresses : "it was not asked"))};
  if (std::ranges::count(*watch->addresses, kept.address) != 0) return {};
  return {not_true(fmt::format("The management interface {} does not have the address {}.",
                               printable(kept.interface), printable(kept.address)))};
}

/// On a member xapi's socket forwards each question to the coordinator.
Said unmet_coordinator(const Analysis& host) {
  const auto& pool = host.snapshot().pool;
  if (!pool)
    return {not_known(fmt::format("Unknown whether the coordinator answers: {}.",
                                  why_vms_are_unknown(host.snapshot())))};
  if (pool->hosts.contains(pool->coordinator)) return {};
  return {not_known("Unknown whether the coordinator answers: xapi names none.")};
}

/// What is said of one class of records; `attached` tells of one, nothing where there is none.
template <typename Records>
Said plugged(const Analysis& host, const char* name, const char* words,
             const std::vector<Plugged>& wanted, const Records* records) {
  const auto unknown = [&](const std::string& why) {
    return Said{not_known(fmt::format("Unknown whether all {}s are plugged: {}.", words, why))};
  };
  if (!records) return unknown(why_vms_are_unknown(host.snapshot()));
  if (const auto& unreadable = host.snapshot().pool->unreadable; unreadable.contains(name))
    return unknown(unreadable.at(name));
  if (host.snapshot().pool->this_host.empty()) return unknown("xapi does not know this host");
  Said said;
  for (const auto& one : wanted) {
    const auto record = records->find(one.ref);
    const auto what = fmt::format("{} of '{}'", words, printable(one.name));
    if (record == records->end())
      said.push_back(not_true(fmt::format("The {} is gone.", what)));
    else if (!record->second.attached)
      said.push_back(not_known(fmt::format("Unknown whether the {} is plugged.", what)));
    else if (!*record->second.attached)
      said.push_back(not_true(fmt::format("The {} is not plugged.", what)));
  }
  return said;
}

Said unmet_pifs(const Analysis& host) {
  const auto& pool = host.snapshot().pool;
  return plugged(host, "PIF", "PIF", kept_of(host).pifs, pool ? &pool->pifs : nullptr);
}

Said unmet_pbds(const Analysis& host) {
  const auto& pool = host.snapshot().pool;
  return plugged(host, "PBD", "PBD", kept_of(host).pbds, pool ? &pool->pbds : nullptr);
}

constexpr struct {
  std::string_view name;
  bool of_the_boot;  ///< the trial's own boot alone brings it about
  Said (*said)(const Analysis& host);
} conditions[] = {{"rule", true, unmet_rule},
                  {"pciback", true, unmet_pciback},
                  {"xapi", false, unmet_xapi},
                  {"address", false, unmet_address},
                  {"coordinator", false, unmet_coordinator},
                  {"pifs", false, unmet_pifs},
                  {"pbds", false, unmet_pbds}};

Said all_unmet(const Analysis& host, bool with_those_of_the_boot) {
  const auto& facts = host.snapshot().auto_trial;
  const auto entry = trial_entry(host.boot().file);
  const auto id = entry ? trial_id(host.boot().file.entries[*entry].arguments) : "";
  if (!facts.kept || facts.kept->id != id)
    return {{"record", FindingState::unknown,
             fmt::format("Unknown what must be true: cannot read {} ({}).", paths::auto_trial,
                         facts.kept             ? "it is of another trial"
                         : facts.unread.empty() ? "it is not there"
                                                : facts.unread)}};
  Said all;
  for (const auto& condition : conditions) {
    if (condition.of_the_boot && !with_those_of_the_boot) continue;
    for (auto& one : condition.said(host)) {
      one.name = condition.name;
      all.push_back(std::move(one));
    }
  }
  return all;
}

}  // namespace

std::vector<Unmet> unmet_conditions(const Analysis& host) { return all_unmet(host, true); }

std::vector<Unmet> unmet_before_the_boot(const Analysis& host) { return all_unmet(host, false); }

}  // namespace pci_passthrough
