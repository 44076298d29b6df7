#pragma once

#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Which entries an edit reaches: those that boot by themselves and the everyday ones; or the safe
/// and fallback entries too, which else stay as the way back.
enum class Entries { that_boot, all };
const std::vector<std::size_t>& edited(const Analysis& host, Entries entries);

/// Is what these devices ask of Xen's own line (model/xen_arguments.hpp) set in the same entries?
enum class XenArguments { as_they_are, set };

/// Throws Failure unknown_device for a device that is not there (or, to unhide, neither there nor
/// named by a rule), invalid_argument for one that a bridge's rule would still hide.
Decision hide_devices(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent, XenArguments xen = XenArguments::as_they_are);
/// Hides exactly these, and unhides what else a rule of these entries names, present or not;
/// remarks name what goes. A list that cannot be read is replaced, too.
Decision hide_exactly(const Analysis& host, const std::vector<PciAddress>& devices, Entries entries,
                      const Consent& consent, XenArguments xen = XenArguments::as_they_are);
Decision unhide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                        Entries entries, const Consent& consent);

}  // namespace pci_passthrough
