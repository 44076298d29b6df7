#include "tests/checks/vm_case.hpp"
#include "tests/support/auto_trial.hpp"

namespace pci_passthrough {
namespace {

/// About to boot, and one fact of the host is another.
template <auto change>
Snapshot auto_armed(Snapshot host) {
  host = marked(prepared_to_confirm(able_to_confirm(std::move(host))));
  change(host);
  return host;
}

void nothing_else(Snapshot&) {}
void no_unit(Snapshot& h) {
  h.auto_trial.watch->no_unit = "/usr/lib/systemd/system/pci-passthrough-auto.service is not there";
}
void no_start(Snapshot& h) { h.auto_trial.watch->xapi_started.reset(); }
void other_address(Snapshot& h) { h.auto_trial.watch->addresses.emplace() = {"10.0.0.9"}; }
void unknown_address(Snapshot& h) {
  h.auto_trial.watch->addresses.reset();
  h.auto_trial.watch->why_no_addresses = "/sbin/ip is not there";
}
void no_pool(Snapshot& h) { h.pool.reset(); }
void no_pbds(Snapshot& h) { h.pool->unreadable["PBD"] = "timed out"; }
void unknown_pif(Snapshot& h) { h.pool->pifs["pif-0"].attached.reset(); }
void not_watched(Snapshot& h) {
  no_unit(h);
  no_start(h);
  h.auto_trial.watch.reset();
}

Case blocks(std::string code, Snapshot (*changed)(Snapshot), FindingState state,
            std::string words) {
  return advising({std::move(code), nas, changed, state, "", {std::move(words)}}, Severity::block,
                  "pci-passthrough abandon.");
}

}  // namespace

std::vector<Case> auto_trial_cases() {
  return {
      blocks("trial-auto-no-unit", auto_armed<no_unit>, found,
             "Nobody would confirm the trial, or reboot the host: /usr/lib/systemd/"),
      silent("trial-auto-no-unit", nas, auto_armed<nothing_else>),
      silent("trial-auto-no-unit", nas, auto_armed<not_watched>),
      silent("trial-auto-no-unit", nas,
             [](Snapshot h) {
               h = armed(able_to_confirm(std::move(h)));
               no_unit(h);
               return h;
             }),

      blocks("trial-auto-unmet", auto_armed<no_start>, found, "xapi has not finished its start"),
      blocks("trial-auto-unmet", auto_armed<other_address>, found,
             "xenbr0 does not have the address 10.0.0.5"),
      blocks("trial-auto-unmet", auto_armed<unknown_address>, unknown, "/sbin/ip is not there"),
      blocks("trial-auto-unmet", auto_armed<no_pool>, unknown,
             "Unknown whether the coordinator answers"),
      blocks("trial-auto-unmet", auto_armed<no_pbds>, unknown,
             "Unknown whether all PBDs are plugged: timed out"),
      blocks("trial-auto-unmet", auto_armed<unknown_pif>, unknown,
             "Unknown whether the PIF of 'eth0' is plugged"),
      silent("trial-auto-unmet", nas, auto_armed<nothing_else>),
      silent("trial-auto-unmet", nas, auto_armed<not_watched>),
      silent("trial-auto-unmet", nas,
             [](Snapshot h) {
               h = ready_to_confirm(able_to_confirm(std::move(h)));
               no_start(h);
               return h;
             }),
  };
}

}  // namespace pci_passthrough
