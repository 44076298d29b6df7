#pragma once

#include <string>
#include <vector>

#include "plugin/model/failure.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// "this host has no PCI device 0000:06:00.0" + more; or that this is unknown.
Failure no_such_device(const Snapshot& snapshot, const PciAddress& address,
                       const std::string& more = "");

void add_once(std::vector<PciAddress>& addresses, const PciAddress& address);

/// Throws Failure invalid_argument for an address that no xapi can name: it would break every tool
/// that reads the list.
void check_nameable(const PciAddress& address);

}  // namespace pci_passthrough
