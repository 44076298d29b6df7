#pragma once

#include <boost/json/object.hpp>

#include "plugin/host/host.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// Keeps the message on this host that decide_alert() wants, and says what was done. Throws Failure
/// not_permitted for anybody but root at a shell; xapi_unavailable.
std::string_view notify(const Host& host, const Caller& caller, const Snapshot& snapshot,
                        const boost::json::object& verified);

}  // namespace pci_passthrough
