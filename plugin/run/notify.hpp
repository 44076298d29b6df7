#pragma once

#include <boost/json/object.hpp>

#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Keeps one message of xapi on this host while `verify` finds it unsafe, and none while it is
/// safe; where the verdict is unknown, what is there stays. One that somebody dismissed comes again
/// only with other findings. What was done: "created", "renewed", "removed", "unchanged", "none".
/// Throws Failure not_permitted for anybody but root at a shell; xapi_unavailable.
std::string_view notify(const Host& host, const Caller& caller, const Snapshot& snapshot,
                        const boost::json::object& verified);

}  // namespace pci_passthrough
