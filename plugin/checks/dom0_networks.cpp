#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough::checks {
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
  auto of_srs = sr_networks_on(host, function, end);
  if (!of_srs.empty() && of_srs[0].state == FindingState::found) return of_srs;
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
  if (!unknown.empty() && may_be(function, &ClassCode::is_network))
    of_srs.insert(of_srs.begin(),
                  {fmt::format("Unknown whether {} carries {}, over which this host reaches "
                               "storage or its cluster: cannot trace it to a NIC.",
                               what_it_is(function), joined(unknown)),
                   not_followed, FindingState::unknown});
  return of_srs;
}

}  // namespace pci_passthrough::checks
