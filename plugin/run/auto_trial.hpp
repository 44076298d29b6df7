#pragma once

#include <boost/json/object.hpp>
#include <chrono>
#include <thread>

#include "plugin/host/host.hpp"
#include "plugin/host/reboot.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

struct WaitTimes {
  std::chrono::milliseconds between_looks{10'000};
  RebootTimes reboot{};
  Pause pause = [](std::chrono::milliseconds time) { std::this_thread::sleep_for(time); };
};

/// `confirm wait=true`, in the boot of a trial that confirms itself: looks again and again, without
/// the lock, until decide_wait() says what to do; confirms as `confirm` does, or reboots, by the
/// state as it is under the lock just before. The reply of what ended it: a confirmation, or
/// nothing where somebody else did or this is no such boot. Whatever fails is logged, and the wait
/// goes on. Throws Failure not_permitted for anybody but root at a shell on the host.
boost::json::object await_trial(Host& host, const Request& request, const WaitTimes& times = {});

}  // namespace pci_passthrough
