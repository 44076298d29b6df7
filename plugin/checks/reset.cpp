#include <algorithm>
#include <iterator>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/reset.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::checks {
namespace {

std::string reset_evidence(const Function& function) {
  if (function.reset_methods) return sysfs(function, "reset_method");
  return sysfs(function, function.can_reset == false ? "reset" : "config");
}

Reasons no_reset_method(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& methods = host.reset_of(function).methods;
  if (!methods)
    return {{"it cannot be told whether " + what_it_is(function) + " can be reset",
             reset_evidence(function), FindingState::unknown}};
  if (!methods->empty() || !host.reset_of(function).bus_hits.empty()) return {};
  return {{what_it_is(function) + " cannot be reset: what one VM leaves in it, the next one finds",
           reset_evidence(function)}};
}
constexpr auto no_reset_method_row = row<no_reset_method>({
    .code = "no-reset-method",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "it cannot be reset between two VMs",
    .fires = "",
    .rests_on = "",
    .remedy = "Reboot the host before another VM gets it.",
});

Reasons bus_reset_hits_others(const Analysis& host, const Function& function) {
  if (is_any_bridge(function)) return {};
  const auto& methods = host.reset_of(function).methods;
  if (!methods || !methods->empty()) return {};
  const auto hit = left_to_dom0(host, function, host.reset_of(function).bus_hits);
  if (hit.empty()) return {};
  return {{what_it_is(function) + " has no reset of its own, and a reset of its bus hits " +
               what_they_are(host, hit),
           reset_evidence(function)}};
}
constexpr auto bus_reset_hits_others_row = row<bus_reset_hits_others>({
    .code = "bus-reset-hits-others",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "it can only be reset together with devices that dom0 keeps",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide them all, or reboot the host before another VM gets it.",
});

}  // namespace

std::span<const Check> reset() {
  static constexpr Check rows[] = {no_reset_method_row, bus_reset_hits_others_row};
  return rows;
}

}  // namespace pci_passthrough::checks
