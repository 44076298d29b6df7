#include <fmt/format.h>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/trial_ahead.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/model/trial_conditions.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char by_hand_words[] =
    "Or confirm it by hand: hide with trial=true, then pci-passthrough confirm.";

/// Is a trial about to boot that would confirm itself, and was looked at for that?
bool is_auto_ahead(const Analysis& host) {
  return is_ahead(host) && trial_of(host).auto_seconds && host.snapshot().auto_trial.watch;
}

Reasons trial_auto_no_unit(const Analysis& host) {
  if (!is_auto_ahead(host)) return {};
  const auto& why = host.snapshot().auto_trial.watch->no_unit;
  if (why.empty()) return {};
  return {{.message = fmt::format("Nobody would confirm the trial, or reboot the host: {}.", why),
           .evidence = why.substr(0, why.find(' ')),
           .remedy = taken_back(
               fmt::format("Install the package again, or unmask its unit: systemctl unmask "
                           "pci-passthrough-auto.service. {}",
                           by_hand_words))}};
}
constexpr auto trial_auto_no_unit_row = row<trial_auto_no_unit>({
    .code = "trial-auto-no-unit",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "A trial is to confirm itself, and the unit that does it would not run.",
    .fires = "pci-passthrough-auto.service, or the init script pci-passthrough-trial, is not "
             "there, not enabled, or masked.",
    .rests_on = "The package installs and enables it by a link; it runs only in a boot that is "
                "such a trial (packaging/README.md, \"A trial's boot\").",
    .remedy = "Install the package again, or unmask the unit; or hide with trial=true and confirm "
              "by hand.",
});

Reasons trial_auto_unmet(const Analysis& host) {
  if (!is_auto_ahead(host)) return {};
  Reasons reasons;
  for (const auto& unmet : unmet_before_the_boot(host))
    reasons.push_back(
        {.message = fmt::format("The trial waits for what is not true even now. {}", unmet.message),
         .evidence = unmet.name == "address" ? "/sbin/ip addr" : "/var/lib/xcp/xapi: PIF, PBD",
         .state = unmet.state,
         .remedy = taken_back(fmt::format("Try again once that is true. {}", by_hand_words))});
  return reasons;
}
constexpr auto trial_auto_unmet_row = row<trial_auto_unmet>({
    .code = "trial-auto-unmet",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "A trial that confirms itself would wait for what is not true, or unknown, even now.",
    .fires =
        "At the moment at which the trial is asked for, xapi has not finished its start, the "
        "management interface does not have the host's address, the coordinator does not answer, "
        "or it is not known which PIFs and PBDs are plugged.",
    .rests_on = "What is plugged now is what the trial must find plugged (plugin/plans/README.md, "
                "\"A trial that confirms itself\").",
    .remedy = "Try again when xapi answers; or hide with trial=true and confirm by hand.",
});

}  // namespace

std::span<const Check> trial_auto() {
  static constexpr Check rows[] = {trial_auto_no_unit_row, trial_auto_unmet_row};
  return rows;
}

}  // namespace pci_passthrough::checks
