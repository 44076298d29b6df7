#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plugin/model/analysis.hpp"
#include "plugin/model/finding.hpp"
#include "plugin/model/plan.hpp"
#include "plugin/model/request.hpp"
#include "plugin/plans/selectors.hpp"

namespace pci_passthrough {

/// accept=CHECK@ADDRESS: lifts one check for one device.
struct Acceptance {
  std::string check;
  PciAddress device;

  std::string text() const { return check + "@" + device.text(); }
};

/// Who asks for a change, and what they accept.
struct Consent {
  Caller caller;
  std::vector<Acceptance> accepted{};
};

/// A change, judged. Nothing may be carried out while `refusals` is not empty.
struct Decision {
  Plan plan;
  std::vector<Finding> findings;     ///< about the host as it would be, and what the change touches
  std::vector<Finding> refusals;     ///< those of the findings that stop it
  std::vector<Acceptance> accepted;  ///< those of the caller's that were needed
  std::vector<Selected> selected;    ///< what the caller's selectors became
  std::vector<std::string> notices;  ///< what else to know: when it takes effect
  std::string vm;                    ///< uuid of the VM whose entry it is about; "" for boot files
  Analysis before, after;            ///< the host as it was judged, and as it would be
};

/// Which findings a change is about, which of them it brings about: those may refuse it; and which
/// were worse before it: those refuse nothing.
struct Bearing {
  std::function<bool(const Finding&)> concerns, causes;
  std::function<bool(const Finding&)> eases = [](const Finding&) { return false; };
};
/// Adds the findings to the decision; what refuses by the catalogue, and the change causes, stops
/// it unless it is accepted by somebody who may. A finding that is less than a block stops nothing,
/// but for what the catalogue calls final. Whatever is said of a device that is to be taken from
/// dom0 at once counts as brought about, and of one that is being taken concerns every change.
void judge_change(std::vector<Finding> findings, const Bearing& bearing, const Consent& consent,
                  Decision& decision);

/// Adds the replacement of the boot file and what the host needs run after it; nothing where the
/// text stands there already, or what stands there is unknown. Throws Failure invalid_argument for
/// a text that nobody here could read again.
void add_boot_edit(const Analysis& before, std::string text, Plan& plan, HostChange& change);

/// What a change of the boot file, and of VMs' entries with it, is about.
struct BootChange {
  std::string text;                     ///< of the boot file
  std::vector<PciAddress> concerned{};  ///< devices that were asked for
  std::vector<SetVmField> vm_fields{};  ///< judged with it
  std::vector<PciAddress> arrived{};    ///< new addresses of devices that moved
  std::optional<SetMark> mark{};        ///< of the boot loader, judged with it
};
/// Judges a change of the boot file. What blocks stops it where it concerns a function that an
/// edited entry would newly hide (or a bridge newly named), whoever asked for it and however it got
/// there, or a function that it takes back from a VM, or the host as a whole and was not so before;
/// what the catalogue calls final stops it always. Rules can be changed without xapi: that what VMs
/// want cannot be told is a warning then.
Decision decide(const Analysis& before, BootChange change, const Consent& consent);

}  // namespace pci_passthrough
