#include "plugin/plans/hide.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

bool some_rule_names(const Analysis& host, const std::vector<std::size_t>& entries,
                     const PciAddress& address) {
  return std::ranges::any_of(entries, [&](std::size_t i) {
    const auto rules = rules_of(host, i);
    return rules && std::ranges::count(*rules, address) != 0;
  });
}

void check_unhidable(const Analysis& host, const std::vector<std::size_t>& edited,
                     const std::vector<PciAddress>& devices, const PciAddress& address) {
  const Function* function = host.find(address);
  if (!function && !some_rule_names(host, host.rules().editable, address))
    throw no_such_device(address, ", and no rule names it");
  if (!function) return;
  for (const auto& bridge : function->path)
    if (some_rule_names(host, edited, bridge) && std::ranges::count(devices, bridge) == 0)
      throw misuse(fmt::format("{} is hidden by the rule for the bridge {} above it; unhide that",
                               address.text(), bridge.text()));
}

}  // namespace

const std::vector<std::size_t>& edited(const Analysis& host, Entries entries) {
  return entries == Entries::all ? host.rules().editable : host.rules().everyday;
}

Decision hide_devices(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent) {
  for (const auto& device : devices) {
    if (!host.find(device)) throw no_such_device(device, "");
    check_nameable(device);
  }
  return decide(host, {text_hiding(host, edited(host, entries), devices), devices}, consent);
}

Decision unhide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                        Entries entries, const Consent& consent) {
  const auto& reach = edited(host, entries);
  if (!host.boot().file.trouble)
    for (const auto& device : devices) check_unhidable(host, reach, devices, device);
  return decide(host, {text_unhiding(host, reach, devices), devices}, consent);
}

}  // namespace pci_passthrough
