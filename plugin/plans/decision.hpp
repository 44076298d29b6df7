#pragma once

#include <string>
#include <vector>

#include "plugin/model/finding.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// accept=CHECK@ADDRESS: lifts one check for one device.
struct Acceptance {
  std::string check;
  PciAddress device;

  std::string text() const { return check + "@" + device.text(); }
};

/// A change, judged. Nothing may be carried out while `refusals` is not empty.
struct Decision {
  Plan plan;
  std::vector<Finding> findings;     ///< about the host as it would be, and what the change touches
  std::vector<Finding> refusals;     ///< those of the findings that stop it
  std::vector<Acceptance> accepted;  ///< those of the caller's that were needed
};

/// Judges putting `text` in the place of the boot file. What blocks stops it where it concerns a
/// function that an edited entry would newly hide (or a bridge newly named), whoever asked for it
/// and however it got there; what the catalogue calls final stops it always.
Decision decide(const Snapshot& before, const std::string& text,
                const std::vector<PciAddress>& concerned, const std::vector<Acceptance>& accepted,
                const Caller& caller);

/// The host as it would be with this boot file.
Snapshot with_boot_text(const Snapshot& before, const std::string& text);

}  // namespace pci_passthrough
