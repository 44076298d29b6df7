#pragma once

#include <string>
#include <vector>

#include "plugin/commands/reports.hpp"
#include "plugin/model/pool.hpp"

/// `list` and `verify` with scope=pool: what the pool's hosts answered, one beside the other.
namespace pci_passthrough::reports {

object verify_of_pool(const Snapshot& snapshot);
/// list by=model: each kind of card, and where in the pool it is.
object models_of_pool(const Pool& pool, const EachReply& each);
std::string models_table(const object& reply);

/// In the order of their names. Throws Failure xapi_unavailable where they cannot be told.
std::vector<const HostRecord*> hosts_of(const Snapshot& snapshot);
/// {schema, scope, pool}
object pool_head(const Pool& pool);
/// A member of `hosts`, as far as every function has it: {uuid, name, plugin_version, error,
/// unreadable}
object host_json(const HostRecord& host, const HostReply& reply);
/// "== xen1 (0.2.0)", and why it did not answer.
std::string host_heading(const object& host);
/// A line for each host of the reply that did not answer, or could not read all, and why.
std::string untold_text(const object& reply);

}  // namespace pci_passthrough::reports
