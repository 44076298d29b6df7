#pragma once

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Adds the steps that take the devices of Snapshot::live_use from dom0 at once, but for those that
/// pciback holds already, and names what xapi still believes of them afterwards. The decision is
/// that of hiding them: their rules come first.
void add_takes(Decision& decision);

}  // namespace pci_passthrough
