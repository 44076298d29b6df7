#pragma once

#include <string>

#include "plugin/plans/decision.hpp"

namespace pci_passthrough {

/// Keeps one entry at the end of the menu that boots the everyday one without hide rules
/// (boot/rescue.hpp); one that stands is brought in step. Throws Failure refused where there is no
/// entry to make it from.
Decision keep_rescue(const Analysis& host, const Consent& consent);
/// Takes it away. Throws Failure refused where the host would boot by it, or where a later entry is
/// booted by its number.
Decision remove_rescue(const Analysis& host, const Consent& consent);

/// The text of a change of the boot file, with its rescue entry in step where it has one. A change
/// that changes nothing else leaves it as it is.
std::string with_rescue_in_step(const Analysis& host, std::string text);
/// The same, whatever else changes.
std::string with_rescue_mended(const Analysis& host, std::string text);

}  // namespace pci_passthrough
