#pragma once

#include <boost/json/object.hpp>
#include <string>
#include <string_view>

namespace pci_passthrough::reports {

/// What monitoring reads of a plugin of its own, by the guidelines of the Monitoring Plugins: an
/// exit status and one line, without "|", behind which it looks for numbers.
enum class Status { safe = 0, warnings = 1, unsafe = 2, unknown = 3 };
/// "pci-passthrough CRITICAL: unsafe: boot-controller-hidden 0000:88:00.0"
std::string status_line(Status status, std::string_view what);

/// {code, line}, from the reply of `verify`: of a host, a VM or a pool.
boost::json::object status_of(const boost::json::object& reply);

}  // namespace pci_passthrough::reports
