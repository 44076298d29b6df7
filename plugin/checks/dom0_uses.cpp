#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough::checks {
namespace {

template <typename SrUse>
std::string sr_words(const SrUse& use) {
  return use.uuid + " '" + use.name + "'";
}

/// A server whose address is not known is reached over an interface that has a route at all.
bool may_carry_a_route(const Analysis& host, const Function& function) {
  if (!may_be(function, &ClassCode::is_network)) return false;
  return host.snapshot().routes.empty() ||
         std::ranges::any_of(host.snapshot().routes, [&](const Route& route) {
           const auto path = path_of_interface(host.snapshot(), route.interface, "");
           return !path.known || reaches(path.functions, function);
         });
}

Reasons servers_over(const Analysis& host, const Function& function, const std::string& end) {
  Reasons unknown;
  for (const auto& use : host.hardware().server_uses) {
    if (reaches(use.route.functions, function))
      return {{what_it_is(function) + " carries " + use.route.interface +
                   ", over which this host reaches " + use.server + " of the SR " + sr_words(use) +
                   ": " + end,
               use.evidence}};
    if (!use.route.unknown.empty() && unknown.empty() && may_carry_a_route(host, function))
      unknown = {{"it cannot be told over which NIC this host reaches the SR " + sr_words(use) +
                      " (" + use.route.unknown + "); it may be " + what_it_is(function),
                  use.evidence, FindingState::unknown}};
  }
  return unknown;
}

}  // namespace

bool reaches(const std::vector<PciAddress>& functions, const Function& function) {
  return std::ranges::count(functions, function.address) != 0;
}

bool may_be(const Function& function, bool (ClassCode::*is)() const) {
  return !function.class_code || (function.class_code.value().*is)() || function.is_bridge();
}

Reasons system_volumes_on(const Analysis& host, const Function& function, bool usb,
                          const std::string& end) {
  std::vector<std::string> volumes, unknown;
  std::string carried_by, not_followed;
  for (const auto& volume : host.hardware().system_volumes) {
    if (reaches(volume.functions, function)) {
      if (volume.usb != usb) continue;
      if (volumes.empty()) carried_by = volume.evidence;
      volumes.push_back(volume.name + (volume.what.empty() ? "" : " (" + volume.what + ")"));
    } else if (!volume.known) {
      if (unknown.empty()) not_followed = volume.evidence;
      unknown.push_back(volume.name);
    }
  }
  if (!volumes.empty())
    return {{what_it_is(function) + " carries dom0's " + joined(volumes) + ": " + end, carried_by}};
  const bool suspect = usb ? function.class_code && function.class_code->is_usb()
                           : may_be(function, &ClassCode::may_carry_disks) &&
                                 !(function.class_code && function.class_code->is_usb());
  if (unknown.empty() || !suspect) return {};
  return {{"it cannot be told which device carries dom0's " + joined(unknown) + "; it may be " +
               what_it_is(function),
           not_followed, FindingState::unknown}};
}

Reasons management_on(const Analysis& host, const Function& function, const std::string& end) {
  const auto& path = host.hardware().management;
  if (reaches(path.functions, function))
    return {{what_it_is(function) + " carries the management interface " + path.interface +
                 (path.through.empty() ? "" : " through " + joined(path.through)) + ": " + end,
             path.evidence}};
  bool told = path.known;
  for (const auto& use : host.hardware().network_uses) {
    if (!use.management) continue;
    if (reaches(use.functions, function))
      return {
          {what_it_is(function) + " carries the management interface " + use.device + ": " + end,
           use.evidence}};
    told = told || use.known;
  }
  const bool suspect =
      may_be(function, &ClassCode::is_network) || may_be(function, &ClassCode::is_usb);
  if (told || !suspect) return {};
  return {{"it cannot be told which NIC carries the management interface" +
               (path.interface.empty() ? "" : " " + path.interface) + "; it may be " +
               what_it_is(function),
           path.evidence, FindingState::unknown}};
}

Reasons other_networks_on(const Analysis& host, const Function& function, const std::string& end) {
  auto servers = servers_over(host, function, end);
  if (!servers.empty() && servers[0].state == FindingState::found) return servers;
  std::vector<std::string> devices, unknown;
  std::string evidence, not_followed;
  for (const auto& use : host.hardware().network_uses) {
    if (use.management) continue;
    if (reaches(use.functions, function)) {
      if (devices.empty()) evidence = use.evidence;
      devices.push_back(use.device);
    } else if (!use.known) {
      if (unknown.empty()) not_followed = use.evidence;
      unknown.push_back(use.device);
    }
  }
  if (!devices.empty())
    return {{what_it_is(function) + " carries " + joined(devices) +
                 ", over which this host reaches storage or its cluster: " + end,
             evidence}};
  if (!may_be(function, &ClassCode::is_network)) return servers;
  if (!unknown.empty())
    return {{"it cannot be told which NIC carries " + joined(unknown) +
                 ", over which this host reaches storage or its cluster; it may be " +
                 what_it_is(function),
             not_followed, FindingState::unknown}};
  const auto why = why_untold(host.snapshot(), {"PIF", "PBD", "SR"});
  if (why.empty()) return servers;
  return {{"it cannot be told whether this host reaches storage or its cluster over " +
               what_it_is(function) + ": " + why,
           "/var/lib/xcp/xapi: PIF", FindingState::unknown}};
}

Reasons repositories_on(const Analysis& host, const Function& function, const std::string& end) {
  std::vector<std::string> names, unknown;
  std::string evidence, not_followed;
  for (const auto& repository : host.hardware().repositories) {
    if (!reaches(repository.functions, function)) continue;
    if (names.empty()) evidence = repository.evidence;
    names.push_back(repository.uuid);
  }
  for (const auto& use : host.hardware().repository_uses) {
    if (reaches(use.functions, function)) {
      if (names.empty()) evidence = use.evidence;
      names.push_back(sr_words(use));
    } else if (!use.known) {
      if (unknown.empty()) not_followed = use.evidence;
      unknown.push_back(sr_words(use));
    }
  }
  if (!names.empty())
    return {{what_it_is(function) + " carries the disks of the SR " + joined(names) + ": " + end,
             evidence}};
  if (!may_be(function, &ClassCode::is_disk_adapter)) return {};
  const auto why = why_untold(host.snapshot(), {"PBD", "SR"});
  if (!why.empty())
    return {{"it cannot be told whether " + what_it_is(function) +
                 " carries the disks of an SR: " + why,
             "/var/lib/xcp/xapi: PBD", FindingState::unknown}};
  if (unknown.empty()) return {};
  return {{"it cannot be told which controller carries the disks of the SR " + joined(unknown) +
               "; it may be " + what_it_is(function),
           not_followed, FindingState::unknown}};
}

}  // namespace pci_passthrough::checks
