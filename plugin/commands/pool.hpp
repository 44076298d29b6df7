#pragma once

#include <string>
#include <vector>

#include "plugin/commands/reports.hpp"

/// `list` and `verify` with scope=pool: what the pool's hosts answered, one beside the other.
namespace pci_passthrough::reports {

object list_of_pool(const Snapshot& snapshot);
/// list by=model: each kind of card, and where in the pool it is.
object models_of_pool(const Snapshot& snapshot);
std::string models_table(const object& reply);
object verify_of_pool(const Snapshot& snapshot);

/// In the order of their names. Throws Failure xapi_unavailable where they cannot be told.
std::vector<const HostRecord*> hosts_of(const Snapshot& snapshot);
const HostReply& reply_of(const HostRecord& host);
/// The member `hosts`; `put` adds what a host answered.
array hosts_json(const std::vector<const HostRecord*>& hosts,
                 void (*put)(object& one, const HostReply& answered));
/// A line for each host of the reply that did not answer, and why.
std::string unanswered_text(const object& reply);
/// {schema, scope, pool}
object pool_head(const Pool& pool);

/// A block a host, made of its member of `hosts`; of one that did not answer a line.
std::string pool_table(const object& reply, std::string (*block)(const object& host));

}  // namespace pci_passthrough::reports
