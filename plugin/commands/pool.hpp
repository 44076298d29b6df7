#pragma once

#include <string>

#include "plugin/commands/reports.hpp"

/// `list` and `verify` with scope=pool: what the pool's hosts answered, one beside the other.
namespace pci_passthrough::reports {

object list_of_pool(const Snapshot& snapshot);
object verify_of_pool(const Snapshot& snapshot);

/// A block a host, made of its member of `hosts`; of one that did not answer a line.
std::string pool_table(const object& reply, std::string (*block)(const object& host));

}  // namespace pci_passthrough::reports
