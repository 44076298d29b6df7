#pragma once

#include <span>

#include "plugin/picture/runs.hpp"

/// The boxes, each of one place: the same in the wide picture and in the narrow one.
namespace pci_passthrough::picture {

inline constexpr int box_height = 44, fold_height = 26;

Box function_box(const Listing& listing, const Part& part, const Rect& place);
/// What it will be.
Box next_box(const Part& part, const Rect& place);
Box fold_box(const Listing& listing, const Row& row, const Rect& place);
Box vm_box(const ListedVm& vm, Claim claim, std::size_t devices, const Rect& place);
/// The VMs for which there is no room.
Box more_vms_box(std::span<const ListedVm> vms, Claim claim, const Rect& place);
/// In the place of the VMs, where it is unknown what they want.
Box untold_vms_box(const Listing& listing, const Rect& place);
/// What stands where nobody has a function: these words, or that it is unknown.
std::string_view words_of_none(const Listing& listing, std::string_view words);

/// Round these rows, or only its words below them.
Outline outline_of(const GroupRun& group, const Rect& rows);

/// Words of a tone and face, fitted into the room.
Words words_at(Point at, std::string_view text, Face face, Tone tone, int room);

}  // namespace pci_passthrough::picture
