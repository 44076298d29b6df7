#pragma once

#include <boost/json/object.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// What becomes of our message on this host.
struct AlertDecision {
  std::string_view word;  ///< "created", "renewed", "removed", "unchanged", "none"
  std::optional<ReplaceMessages> change;
};

/// By a reply of `verify`: a message while the host is unsafe, and none while it is safe; where the
/// verdict is unknown, what is there stays. One that somebody dismissed comes again only with other
/// findings: `last` is what the last one was about, `stand` are the refs of those that stand.
AlertDecision decide_alert(const std::string& host_uuid, const boost::json::object& verified,
                           const std::string& last, std::vector<std::string> stand);

}  // namespace pci_passthrough
