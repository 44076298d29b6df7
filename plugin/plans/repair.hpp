#pragma once

#include "plugin/plans/hide.hpp"

namespace pci_passthrough {

/// Rewrites what the kernel or xapi would misread: in rules short addresses, wildcards, legacy and
/// double names, lists and arguments that stand twice; in VMs' entries what xapi drops though it is
/// certain what is meant. Follows a device that moved, on both sides: in the rules, and in the
/// entries of VMs that start on this host alone. All keeps its meaning; what newly takes effect is
/// judged as if it had been asked for. A rescue entry is brought in step. A list with a syntax
/// error has no meaning to keep.
Decision repair(const Analysis& host, Entries entries, const Consent& consent);

}  // namespace pci_passthrough
