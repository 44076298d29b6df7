#pragma once

#include <optional>
#include <string>

#include "plugin/host/host.hpp"
#include "plugin/model/live_use.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// Of paths::take_marker, in the state directory.
inline constexpr char take_marker_name[] = "taking";

/// The text of paths::take_marker, which is there while a device is being taken from dom0: written
/// by the child that does it, with a lock on it for as long as the child lives, and removed by it
/// when the kernel has returned.
std::string marker_text(const TakeDevice& step, const std::string& boot);

/// What the marker says of this boot; nothing where there is none, or it is of an earlier one. One
/// that cannot be read is unread.
std::optional<UnfinishedTake> read_unfinished(const Host& host);

/// Takes away what an earlier boot left, and what a killed child left half written.
void remove_old_markers(const Host& host);

}  // namespace pci_passthrough
