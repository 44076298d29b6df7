#include "plugin/plans/auto_trial.hpp"

#include <fmt/format.h>

#include "plugin/boot/trial.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"

namespace pci_passthrough {
namespace {

std::string time_in_words(const PlannedTime& time) {
  if (time.measured)
    return fmt::format("{} s from the start of its boot (this one took {} s)", time.seconds,
                       *time.measured);
  return fmt::format("{} s from the start of its boot (unknown how long this one took)",
                     time.seconds);
}

/// Of the running kernel: what this boot was told, whatever the boot file holds by now.
std::optional<unsigned> seconds_of_this_boot(const Boot& boot) {
  return auto_seconds(split_command_line(boot.running.value_or("")));
}

bool has_time(const AutoTrialFacts& facts, unsigned seconds) {
  return facts.watch && facts.watch->uptime && *facts.watch->uptime < seconds;
}

std::string why_unreadable(const Boot& boot) {
  if (!boot.unreadable.empty()) return boot.unreadable;
  return boot.file.error ? fmt::format("cannot understand {} at line {} ({})", boot.path,
                                       boot.file.error->line, boot.file.error->sentence)
                         : "";
}

}  // namespace

std::vector<std::string> notices_on_auto(const AutoTrialFacts& facts) {
  const auto& kept = facts.kept.value();
  std::vector<std::string> notices = {
      fmt::format("The next boot takes the trial, once. It confirms itself as soon as all of this "
                  "is true: {}.",
                  conditions_in_words(kept)),
      fmt::format("It has {}. Otherwise it says what was not true and reboots the host into the "
                  "old entry. Any other reboot before ends there, too; confirm and abandon by hand "
                  "end the wait.",
                  time_in_words(planned_time(facts)))};
  if (!kept.left_out.empty())
    notices.push_back(fmt::format("Not waited for, since what is hidden takes them along: {}.",
                                  printable(joined(kept.left_out))));
  return notices;
}

WaitDecision decide_wait(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto seconds = seconds_of_this_boot(boot);
  if (running_trial_id(boot.running.value_or("")).empty() || !seconds) return {};
  const auto& facts = host.snapshot().auto_trial;
  WaitDecision decision;
  if (const auto why = why_unreadable(boot); !why.empty())
    decision.unmet.push_back({"boot-file", FindingState::unknown,
                              fmt::format("Unknown whether the trial is confirmed: {}.", why)});
  else if (trial_of(host).stage != TrialStage::running)
    return {};
  else
    decision.unmet = unmet_conditions(host);
  if (decision.unmet.empty())
    decision.step = WaitStep::confirm;
  else
    decision.step = has_time(facts, *seconds) ? WaitStep::wait : WaitStep::go_back;
  if (facts.watch && !facts.watch->uptime && !decision.unmet.empty())
    decision.unmet.push_back(
        {"time", FindingState::unknown,
         fmt::format("Unknown how long this boot lasts: cannot read {}.", paths::uptime)});
  return decision;
}

WaitDecision decide_unconfirmed(const Analysis& host, bool is_refused, std::string why) {
  const auto seconds = seconds_of_this_boot(host.boot());
  const bool may_wait = !is_refused && seconds && has_time(host.snapshot().auto_trial, *seconds);
  return {may_wait ? WaitStep::wait : WaitStep::go_back,
          {{"confirm", FindingState::found, std::move(why)}}};
}

std::string why_not_back(const Analysis& host) {
  const auto trial = trial_of(host);
  if (trial.mark_names_it)
    return "the boot loader's mark still names the trial, and could not be taken away";
  if (const auto mark = foreign_mark(host.boot()); !mark.empty())
    return fmt::format("the next boot takes '{}' once, which somebody asked for", printable(mark));
  return "";
}

}  // namespace pci_passthrough
