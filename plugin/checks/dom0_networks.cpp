#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough::checks {
namespace {

/// A server whose address is not known is reached over an interface that has a route at all.
bool may_carry_a_route(const Analysis& host, const Function& function) {
  if (!may_be(function, &ClassCode::is_network)) return false;
  return host.snapshot().routes.empty() ||
         std::ranges::any_of(host.snapshot().routes, [&](const Route& route) {
           const auto path = path_of_interface(host.snapshot(), route.interface, "");
           return !path.known || reaches(path.functions, function);
         });
}

Reasons servers_over(const Analysis& host, const Function& function, std::string_view end) {
  Reasons unknown;
  for (const auto& use : host.hardware().server_uses) {
    if (reaches(use.route.functions, function))
      return {{fmt::format("{} carries {}, over which this host reaches {} of the SR '{}' ({}). {}",
                           what_it_is(function), use.route.interface, use.server, use.name,
                           use.uuid, end),
               use.evidence}};
    if (!use.route.unknown.empty() && unknown.empty() && may_carry_a_route(host, function))
      unknown = {{fmt::format("Unknown whether this host reaches the SR '{}' ({}) over {}: {}.",
                              use.name, use.uuid, what_it_is(function), use.route.unknown),
                  use.evidence, FindingState::unknown}};
  }
  return unknown;
}

}  // namespace

Reasons management_on(const Analysis& host, const Function& function, std::string_view end) {
  const auto& path = host.hardware().management;
  if (reaches(path.functions, function))
    return {
        {fmt::format(
             "{} carries the management interface {}{}. {}", what_it_is(function), path.interface,
             path.through.empty() ? "" : fmt::format(" through {}", joined(path.through)), end),
         path.evidence}};
  bool told = path.known;
  for (const auto& use : host.hardware().network_uses) {
    if (!use.management) continue;
    if (reaches(use.functions, function))
      return {{fmt::format("{} carries the management interface {}. {}", what_it_is(function),
                           use.device, end),
               use.evidence}};
    told = told || use.known;
  }
  const bool suspect =
      may_be(function, &ClassCode::is_network) || may_be(function, &ClassCode::is_usb);
  if (told || !suspect) return {};
  const auto interface = path.interface.empty() ? "" : fmt::format(" {}", path.interface);
  return {{fmt::format("Unknown whether {} carries the management interface{}: cannot trace it to "
                       "a NIC.",
                       what_it_is(function), interface),
           path.evidence, FindingState::unknown}};
}

Reasons other_networks_on(const Analysis& host, const Function& function, std::string_view end) {
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
    return {{fmt::format("{} carries {}, over which this host reaches storage or its cluster. {}",
                         what_it_is(function), joined(devices), end),
             evidence}};
  if (!may_be(function, &ClassCode::is_network)) return servers;
  if (!unknown.empty())
    return {{fmt::format("Unknown whether {} carries {}, over which this host reaches storage or "
                         "its cluster: cannot trace it to a NIC.",
                         what_it_is(function), joined(unknown)),
             not_followed, FindingState::unknown}};
  const auto why = why_untold(host.snapshot(), {"PIF", "PBD", "SR"});
  if (why.empty()) return servers;
  return {{fmt::format("Unknown whether this host reaches storage or its cluster over {}: {}.",
                       what_it_is(function), why),
           "/var/lib/xcp/xapi: PIF", FindingState::unknown}};
}

}  // namespace pci_passthrough::checks
