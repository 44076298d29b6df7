#include "plugin/run/auto_trial.hpp"

#include <fmt/format.h>

#include <csignal>
#include <optional>

#include "plugin/boot/trial.hpp"
#include "plugin/host/apply.hpp"
#include "plugin/host/auto_trial.hpp"
#include "plugin/host/log.hpp"
#include "plugin/host/messages.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"
#include "plugin/plans/auto_trial.hpp"
#include "plugin/plans/trial.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/run/run.hpp"

namespace pci_passthrough {
namespace {

constexpr auto looked_at =
    ProbeScope::functions | ProbeScope::boot | ProbeScope::pool | ProbeScope::watch;
constexpr Timeouts for_a_message{std::chrono::seconds(5), std::chrono::seconds(15)};

std::string in_words(const Failure& failure) {
  auto words = failure.sentence;
  for (const auto& detail : failure.details) words += " " + detail;
  return words;
}

/// "pbds: The PBD of 'images' is not plugged."
std::string in_words(const std::vector<Unmet>& all) {
  std::vector<std::string> words;
  for (const auto& one : all) words.push_back(fmt::format("{}: {}", one.name, one.message));
  return joined(words, " ");
}

class Wait {
 public:
  Wait(Host& host, const Request& request, const WaitTimes& times)
      : host_(host), caller_(request.caller), times_(times) {}

  boost::json::object until_over() {
    for (;;) {
      const Analysis now = probe(host_, looked_at, caller_);
      auto decision = decide_wait(now);
      if (decision.step == WaitStep::over) return ended();
      if (decision.step == WaitStep::confirm) {
        if (auto reply = confirmed(now, decision)) return std::move(*reply);
      }
      if (decision.step == WaitStep::wait)
        say(fmt::format("The trial waits. Not true yet: {}", in_words(decision.unmet)));
      else
        go_back_or_say(now, decision.unmet);
      times_.pause(times_.between_looks);
    }
  }

 private:
  /// What does not change is not said twice.
  void say(std::string words) {
    if (words == said_) return;
    log_line(words);
    said_ = std::move(words);
  }

  /// What --at-boot answers: nothing is left to do.
  boost::json::object ended() {
    say("No trial waits to be confirmed.");
    return run(host_, {"confirm", {{"at-boot", "true"}, {"format", "json"}}, caller_}).json;
  }

  /// Nothing where it failed: then the decision says what comes next.
  std::optional<boost::json::object> confirmed(const Analysis& now, WaitDecision& decision) try {
    say("All that the trial waits for is true; it confirms itself.");
    return run(host_, {"confirm", {{"format", "json"}}, caller_}).json;
  } catch (const Failure& failure) {
    decision = decide_unconfirmed(now, failure.code == code::refused, in_words(failure));
    return {};
  }

  void go_back_or_say(const Analysis& before, const std::vector<Unmet>& unmet) try {
    go_back(before.snapshot(), unmet);
  } catch (const Failure& failure) {
    say(fmt::format("The host stays in the boot of the trial: {}", in_words(failure)));
  }

  /// xapi was asked before; whether there is a trial at all is read anew, under the lock.
  void go_back(Snapshot snapshot, const std::vector<Unmet>& unmet) {
    const Lock lock(host_);
    probe(host_, looked_at, caller_, Moment::under_lock, snapshot);
    Analysis now = snapshot;
    if (decide_wait(now).step == WaitStep::over) return;
    const auto settled = settle_trial(now, {caller_});
    if (settled.plan.mark) {
      apply(host_, lock, settled.plan, "confirm", caller_.name, {});
      now = now.read_again(read_back(host_, ProbeScope::boot, caller_, now.snapshot()));
    }
    if (const auto why = why_not_back(now); !why.empty())
      throw Failure(code::internal_error,
                    fmt::format("it is not confirmed ({}), and {}.", in_words(unmet), why));
    tell(lock, now, unmet);
    reboot(lock);
  }

  void tell(const Lock& lock, const Analysis& now, const std::vector<Unmet>& unmet) {
    const auto words =
        fmt::format("The trial did not confirm itself, and the host reboots into the old entry. {}",
                    in_words(unmet));
    log_line(words);
    const auto& facts = now.snapshot().auto_trial;
    auto kept = facts.kept.value_or(AutoTrial{.id = running_id(now)});
    kept.ended = in_words(unmet);
    if (const int error = write_auto_trial(lock, kept))
      log_line(fmt::format("Why it did not is not kept: cannot write ({}).", error));
    leave_message(now.snapshot().host.uuid, words);
  }

  static std::string running_id(const Analysis& now) {
    return running_trial_id(now.boot().running.value_or(""));
  }

  void leave_message(const std::string& host_uuid, const std::string& words) try {
    Xapi xapi(host_, caller_, for_a_message);
    if (xapi.present()) create_message(xapi, host_uuid, words, trial_message_name);
  } catch (const Failure& failure) {
    log_line(fmt::format("xapi keeps no message of it: {}", in_words(failure)));
  }

  /// Whoever stops all processes on the way down must not stop this one before it has seen to it.
  void reboot(const Lock& lock) {
    for (const int signal : {SIGTERM, SIGHUP, SIGINT}) std::signal(signal, SIG_IGN);
    const auto why = begin_reboot(host_, lock, times_.reboot);
    if (why.empty()) times_.pause(times_.reboot.orderly);
    log_line(why.empty() ? "The reboot has not ended in time; the kernel reboots the host at once."
                         : fmt::format("No orderly reboot: {}. The kernel reboots the host at "
                                       "once.",
                                       why));
    throw Failure(code::internal_error, reboot_by_kernel(host_, times_.reboot, times_.pause) + ".");
  }

  Host& host_;
  const Caller& caller_;
  const WaitTimes& times_;
  std::string said_;
};

}  // namespace

boost::json::object await_trial(Host& host, const Request& request, const WaitTimes& times) {
  if (!request.caller.at_shell)
    throw Failure(code::not_permitted,
                  "not permitted: wait=true is for root at a shell on the host");
  std::signal(SIGPIPE, SIG_IGN);
  return Wait(host, request, times).until_over();
}

}  // namespace pci_passthrough
