#pragma once

#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// How far an edit reaches, and what its caller accepts.
struct EditTerms {
  bool all_entries = false;  ///< safe and fallback entries too
  std::vector<Acceptance> accepted;
  bool replace = false;  ///< hide exactly the named devices; unhide what else a rule names
};

/// Throws Failure unknown_device for a device that is not there (or, to unhide, neither there nor
/// named by a rule), invalid_argument for one that a bridge's rule would still hide.
Decision hide_devices(const Snapshot& snapshot, const std::vector<PciAddress>& devices,
                      const EditTerms& terms, const Caller& caller);
Decision unhide_devices(const Snapshot& snapshot, const std::vector<PciAddress>& devices,
                        const EditTerms& terms, const Caller& caller);

/// Puts a backup's content back. Throws Failure invalid_argument where it is of another file.
Decision restore_backup(const Snapshot& snapshot, const std::string& id, const EditTerms& terms,
                        const Caller& caller);

}  // namespace pci_passthrough
