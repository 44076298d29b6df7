#pragma once

#include <vector>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Hides these devices in an entry that boots once. Judged as the hide that `confirm` would make,
/// and for the boot that comes where nobody confirms. Throws as hide_devices does, and Failure
/// refused where there is no entry to make it from, or the boot's id is unknown.
enum class Confirmation { by_hand, by_itself };
Decision hide_on_trial(const Analysis& host, const std::vector<PciAddress>& devices,
                       const Consent& consent, Confirmation confirmation = Confirmation::by_hand);

/// Makes the rules of a trial that runs permanent: they alone, judged again, never the copied line.
/// Throws Failure refused where this boot is not the trial.
Decision confirm_trial(const Analysis& host, const Consent& consent);

/// Takes a trial back, however far it is; nothing where there is none. Throws Failure refused where
/// a later entry boots by its number.
Decision abandon_trial(const Analysis& host, const Consent& consent);

/// What the boot's own unit asks for: a mark of this trial that the boot loader did not take away
/// is taken away. Nothing else is changed.
Decision settle_trial(const Analysis& host, const Consent& consent);

/// Refuses a decision of any other function while a trial is armed or runs: what stands would be
/// another host than the one that is tried. One that changes nothing is left alone.
void refuse_on_trial(Decision& decision);

}  // namespace pci_passthrough
