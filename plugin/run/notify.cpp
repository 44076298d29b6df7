#include "plugin/run/notify.hpp"

#include <fmt/format.h>

#include "plugin/host/alert.hpp"
#include "plugin/host/apply.hpp"
#include "plugin/host/messages.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/alert.hpp"

namespace pci_passthrough {
namespace {

std::string this_host_of(const Snapshot& snapshot) {
  if (!snapshot.pool || snapshot.pool->this_host.empty())
    throw Failure(code::xapi_unavailable,
                  fmt::format("no message can be put on this host: {}",
                              snapshot.pool ? "xapi knows no host of its uuid"
                                            : why_vms_are_unknown(snapshot)));
  return snapshot.host.uuid;
}

}  // namespace

std::string_view notify(const Host& host, const Caller& caller, const Snapshot& snapshot,
                        const boost::json::object& verified) {
  if (!caller.at_shell)
    throw Failure(code::not_permitted,
                  "not permitted: notify=true is for root at a shell on the host");
  const auto uuid = this_host_of(snapshot);
  const Lock lock(host);
  Xapi xapi(host, caller);
  const auto decision = decide_alert(uuid, verified, last_alert(host), messages_of(xapi, uuid));
  if (decision.change) apply(lock, xapi, *decision.change);
  return decision.word;
}

}  // namespace pci_passthrough
