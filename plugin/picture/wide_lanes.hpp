#pragma once

#include <string_view>
#include <vector>

#include "plugin/picture/runs.hpp"

/// The three lanes of the wide picture, and what reaches from one into another.
namespace pci_passthrough::picture {

struct Lane {
  int x, width;
  std::string_view heading, aside;

  Rect box(int y, int height) const { return {x + 10, y, width - 20, height}; }
};
inline constexpr Lane of_dom0 = {262, 372, "dom0 has it", "the host itself"},
                      of_hidden = {640, 292, "hidden", "free for a VM"},
                      of_vms = {938, 326, "VMs that want it", ""};
const Lane& lane_of(const Part& part);

void put_lanes(Picture& picture, int top, int bottom);
/// The box in the lane where it will be, and the arrow that leads there.
void put_next(Picture& picture, const Part& part, const Rect& place);

/// What the boxes of a run's VMs take, whatever its rows do.
int height_of_vms(const Part& part);
/// The VMs of a run beside its rows, and a line from each function to them.
void put_vms(Picture& picture, const Run& run, const std::vector<const Row*>& rows,
             const std::vector<Rect>& places);

/// An empty lane says whether nothing is there or nothing is known.
void put_empty_lanes(Picture& picture, const Listing& listing, const std::vector<const Row*>& rows,
                     int y);

}  // namespace pci_passthrough::picture
