#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// "'scratch' (5d1b3c8a-..., type lvm)"; the uuid first where xapi does not tell the name.
std::string called(const std::string& uuid, const std::string& name,
                   const std::vector<std::string>& more) {
  const auto head = !name.empty() ? in_quotes(name) : !uuid.empty() ? uuid : "without a name";
  std::vector<std::string> details;
  if (!name.empty() && !uuid.empty()) details.push_back(uuid);
  details.insert(details.end(), more.begin(), more.end());
  return details.empty() ? head : fmt::format("{} ({})", head, joined(details));
}

std::string called(const SrAccount& sr) {
  std::vector<std::string> more = {sr.type.empty() ? "type unknown" : "type " + sr.type};
  if (sr.plugged_now == false) more.push_back("unplugged now; xapi plugs it again when it starts");
  return called(sr.uuid, sr.name, more);
}

std::string name_of_sr(const Analysis& host, const std::string& uuid) {
  if (const auto& pool = host.snapshot().pool)
    for (const auto& [ref, sr] : pool->srs)
      if (sr.uuid == uuid) return sr.name;
  return "";
}

/// What xapi tells of, and what only sysfs does: an SR that is mounted or active.
struct FoundSrs {
  std::vector<std::string> uuids, names;
  std::string evidence;

  void add(const std::string& uuid, std::string name, const std::string& why) {
    if (std::ranges::count(uuids, uuid) != 0) return;
    if (names.empty()) evidence = why;
    uuids.push_back(uuid);
    names.push_back(std::move(name));
  }
};

std::string or_forget(const std::vector<std::string>& uuids) {
  std::vector<std::string> commands;
  for (const auto& uuid : uuids)
    if (!uuid.empty()) commands.push_back("xe sr-forget uuid=" + uuid);
  if (commands.empty()) return "";
  return fmt::format("Or move the VMs' disks to another SR, and detach and forget {} first: {}.",
                     commands.size() == 1 ? "this one" : "these", joined(commands));
}

constexpr char or_start_xapi[] =
    "Or start xapi (xe-toolstack-restart), wait until it answers (xe host-list), and try again.";
constexpr char xapi[] = "/var/lib/xcp/xapi: PBD";

Reasons servers_over(const Analysis& host, const Function& function, std::string_view end) {
  for (const auto& sr : host.hardware().srs)
    for (const auto& server : sr.servers)
      if (reaches(server.route.functions, function))
        return {{.message = fmt::format(
                     "{} carries {}, over which this host reaches {} of the SR {}. {}",
                     what_it_is(function), server.route.interface, server.name, called(sr), end),
                 .evidence = sr.evidence,
                 .or_else = or_forget({sr.uuid})}};
  return {};
}

}  // namespace

Reasons repositories_on(const Analysis& host, const Function& function, std::string_view end) {
  const auto& hardware = host.hardware();
  FoundSrs found;
  for (const auto& sr : hardware.srs)
    if (reaches(sr.functions, function)) found.add(sr.uuid, called(sr), sr.evidence);
  for (const auto& one : hardware.repositories)
    if (reaches(one.functions, function))
      found.add(one.uuid, called(one.uuid, name_of_sr(host, one.uuid), {}), one.evidence);
  if (!found.names.empty())
    return {{.message = fmt::format("{} carries the disks of the SR {}. {}", what_it_is(function),
                                    joined(found.names), end),
             .evidence = found.evidence,
             .or_else = or_forget(found.uuids)}};
  Reasons unknown;
  for (const auto& sr : hardware.srs)
    if (hardware.suspects.may_carry_disks_of(sr, function))
      unknown.push_back(
          {.message = fmt::format("Unknown whether {} carries the disks of the SR {}: {}.",
                                  what_it_is(function), called(sr), sr.unknown),
           .evidence = sr.evidence,
           .state = FindingState::unknown,
           .or_else = or_forget({sr.uuid})});
  if (!hardware.why_srs_are_untold.empty() && hardware.suspects.disks.contains(function.address))
    unknown.push_back({.message = fmt::format("Unknown whether {} carries the disks of an SR: {}.",
                                              what_it_is(function), hardware.why_srs_are_untold),
                       .evidence = xapi,
                       .state = FindingState::unknown,
                       .or_else = or_start_xapi});
  return unknown;
}

Reasons sr_networks_on(const Analysis& host, const Function& function, std::string_view end) {
  const auto& hardware = host.hardware();
  auto reasons = servers_over(host, function, end);
  if (!reasons.empty()) return reasons;
  for (const auto& sr : hardware.srs)
    if (hardware.suspects.may_lead_to(sr, function))
      reasons.push_back(
          {.message = fmt::format("Unknown whether this host reaches the SR {} over {}: {}.",
                                  called(sr), what_it_is(function), sr.unknown),
           .evidence = sr.evidence,
           .state = FindingState::unknown,
           .or_else = or_forget({sr.uuid})});
  const auto& why = hardware.why_networks_are_untold.empty() ? hardware.why_srs_are_untold
                                                             : hardware.why_networks_are_untold;
  if (!why.empty() && hardware.suspects.networks.contains(function.address))
    reasons.push_back(
        {.message = fmt::format("Unknown whether this host reaches storage or its cluster over {}: "
                                "{}.",
                                what_it_is(function), why),
         .evidence = xapi,
         .state = FindingState::unknown,
         .or_else = or_start_xapi});
  return reasons;
}

}  // namespace pci_passthrough::checks
