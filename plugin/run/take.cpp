#include "plugin/run/take.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/host/log.hpp"
#include "plugin/host/take_device.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

using State = Taken::State;

std::string driver_words(const Taken& one) {
  if (!one.driver) return "unknown which driver has it";
  if (one.driver->empty()) return "no driver has it";
  return fmt::format("{} has it", printable(*one.driver));
}

/// "0000:03:00.0: hidden now and at boot", "0000:04:00.0: hidden at boot; now xhci_hcd has it
/// (it was not tried)"
std::string outcome_of(const Taken& one) {
  const auto address = one.device.text();
  switch (one.state) {
    case State::held:
      return address + ": hidden now and at boot";
    case State::unknown:
      return fmt::format("{}: hidden at boot; unknown what it is now: {}; {}", address, one.error,
                         driver_words(one));
    default:
      return fmt::format("{}: hidden at boot; now {} ({})", address, driver_words(one), one.error);
  }
}

Failure failure_of(const std::vector<Taken>& all, const Taken& culprit) {
  std::vector<std::string> details;
  for (const auto& one : all) details.push_back(outcome_of(one));
  const auto address = culprit.device.text();
  const auto sentence =
      culprit.state == State::unknown
          ? fmt::format(
                "The hide rules stand, and take effect at the next boot. Unknown whether {} is "
                "dom0's until then: {}. Start no VM with it, move the host's VMs away, and reboot "
                "the host; the shutdown may hang, too: then turn it off and on.",
                address, culprit.error)
          : fmt::format(
                "The hide rules stand, and take effect at the next reboot. {} was not taken "
                "from dom0 now: {}.",
                address, culprit.error);
  return {code::internal_error, sentence, details};
}

}  // namespace

std::vector<PciAddress> take(const Host& host, const Request& request, const Plan& plan) {
  const auto all = take_devices(host, plan.takes);
  std::vector<PciAddress> held;
  for (const auto& one : all) {
    log_line(
        fmt::format("{} by {}, now: {}", request.function, request.caller.name, outcome_of(one)));
    if (one.state == State::held) held.push_back(one.device);
  }
  const auto culprit =
      std::ranges::find_if(all, [](const auto& one) { return one.state != State::held; });
  if (culprit != all.end()) throw failure_of(all, *culprit);
  return held;
}

}  // namespace pci_passthrough
