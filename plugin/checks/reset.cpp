#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"

namespace pci_passthrough::checks {
namespace {

std::string reset_evidence(const Function& function) {
  if (function.reset_methods) return sysfs(function, "reset_method");
  return sysfs(function, function.can_reset == false ? "reset" : "config");
}

Reasons no_reset_method(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& methods = host.reset_of(function).methods;
  const auto evidence = reset_evidence(function);
  if (!methods)
    return {{fmt::format("Unknown whether {} can be reset: cannot read {} in full.",
                         what_it_is(function), evidence),
             evidence, FindingState::unknown}};
  if (!methods->empty() || !host.reset_of(function).bus_hits.empty()) return {};
  return {{fmt::format("{} cannot be reset. What one VM leaves in it, the next one finds.",
                       what_it_is(function)),
           evidence}};
}
constexpr auto no_reset_method_row = row<no_reset_method>({
    .code = "no-reset-method",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device cannot be reset between two VMs.",
    .fires = "The kernel knows no way to reset it, and no reset of its bus reaches it. Unknown "
             "where neither the kernel says so nor its config space can be read in full.",
    .rests_on = "The kernel's own list of ways, else config space and topology "
                "(plugin/model/README.md, \"How a function is reset\"); xenopsd resets a device "
                "before and after a VM, and ignores that it cannot (device.ml).",
    .remedy = "Reboot the host before another VM gets it.",
});

Remedy hide_all_of(const Analysis& host, const std::vector<PciAddress>& hit) {
  const bool can = std::ranges::all_of(
      hit, [&](const auto& one) { return may_be_hidden(host, *host.find(one)); });
  return {can ? fmt::format("Hide {}, too, and give all to one VM; else reboot the host before "
                            "another VM gets it.",
                            texts(hit))
              : "Reboot the host before another VM gets it."};
}

Reasons bus_reset_hits_others(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& methods = host.reset_of(function).methods;
  if (!methods || !methods->empty()) return {};
  const auto hit = left_to_dom0(host, function, host.reset_of(function).bus_hits);
  if (hit.empty()) return {};
  return {{.message = fmt::format("{} has no reset of its own. A reset of its bus would hit {}.",
                                  what_it_is(function), what_they_are(host, hit)),
           .evidence = reset_evidence(function),
           .remedy = hide_all_of(host, hit)}};
}
constexpr auto bus_reset_hits_others_row = row<bus_reset_hits_others>({
    .code = "bus-reset-hits-others",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device can only be reset together with devices that dom0 keeps.",
    .fires = "It has no reset of its own, and a reset of its bus or slot would hit a device that "
             "is neither hidden nor the same VM's.",
    .rests_on = "Linux pci.c pci_reset_fn_methods and pci_parent_bus_reset, which refuses such a "
                "reset; XenServer's do_flr carries it out where pciback holds them all "
                "(plugin/model/README.md, \"How a function is reset\").",
    .remedy = "Hide them all and give them to one VM, or reboot the host before another VM gets "
              "it.",
});

}  // namespace

std::span<const Check> reset() {
  static constexpr Check rows[] = {no_reset_method_row, bus_reset_hits_others_row};
  return rows;
}

}  // namespace pci_passthrough::checks
