#pragma once

#include <set>
#include <vector>

#include "plugin/model/analysis.hpp"
#include "plugin/model/finding.hpp"

namespace pci_passthrough {

/// What is to be remembered, where that is another thing than what is, of the functions that the
/// rules of `after` name, and the entries of VMs that start here. A device that was asked for is
/// what it is now. Else an identity that fits is brought up to date, one that does not stays as it
/// is, and an address that has none gets one unless `suspect` holds its function. One that neither
/// a rule nor an entry names goes; where the VMs cannot be told, none goes.
std::optional<Remember> to_remember(const Analysis& before, const Analysis& after,
                                    const std::vector<PciAddress>& asked_for,
                                    const std::set<PciAddress>& suspect);

/// The same of a change that these findings were made of; what blocks a device makes it suspect.
/// Nothing where the rules or what is remembered cannot be told.
std::optional<Remember> to_remember(const Analysis& before, const Analysis& after,
                                    const std::vector<PciAddress>& asked_for,
                                    const std::vector<Finding>& findings);

/// May what is remembered be replaced? Not where it, or all that names a device, cannot be told.
bool may_remember(const Snapshot& snapshot);

/// All of these, and of the others those at other addresses.
std::vector<Identity> with_others(std::vector<Identity> known, const std::vector<Identity>& others);

}  // namespace pci_passthrough
