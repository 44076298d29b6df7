#include <algorithm>

#include "plugin/picture/faces.hpp"
#include "plugin/picture/frame.hpp"
#include "plugin/picture/picture.hpp"
#include "plugin/picture/pieces.hpp"
#include "plugin/picture/runs.hpp"
#include "plugin/picture/wide_lanes.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr int gap = 8, gap_in_slot = 2, gap_of_rail = 15, gap_of_outline = 5, group_line = 16;

bool share_a_slot(const Row& one, const Row& other) {
  return one.folded.empty() && other.folded.empty() &&
         one.part.device->address.same_slot(other.part.device->address);
}

class Wide {
 public:
  explicit Wide(const Listing& listing) : listing_(listing) { out_.width = 1280; }

  Picture make() {
    const int top = put_head(out_, listing_);
    auto folded = fold(listing_);
    const auto rails = rails_with_chipset(listing_, folded.rows, folded.chipset);
    rows_ = rows_of(rails);
    groups_ = group_runs(listing_, rows_);
    vms_ = vm_runs(rows_);
    y_ = top + 24;
    first_y_ = y_ + gap_of_rail;
    for (const auto& rail : rails) put_rail(rail, {});
    for (const auto& group : groups_) out_.outlines.push_back(outline_of(group, around(group.run)));
    for (const auto& run : vms_) put_vms(out_, run, rows_, places_);
    put_empty_lanes(out_, listing_, rows_, first_y_);
    const int bottom = std::max(y_, first_y_ + box_height) + 12;
    put_lanes(out_, top, bottom);
    out_.words.push_back(words_at({24, top + 22}, "where it sits", Face::heading, Tone::ink, 220));
    out_.height = put_legend(out_, bottom);
    return std::move(out_);
  }

 private:
  /// `above`: the x of the rail that it branches from.
  int put_rail(const Rail& rail, std::optional<int> above) {
    const int x = 32 + 22 * std::min(rail.depth, 5);
    y_ += rail.depth == 0 ? gap_of_rail : gap;
    std::vector<int> joints;
    int joint = 0, start = 0;
    if (rail.has_own_line()) {
      put_label(rail, {x + 4, y_ + 13}, of_dom0.x - x - 12);
      joint = y_ + 9;
      start = y_ + 18;
      y_ += 20 - gap;
    }
    for (std::size_t i = 0; i < rail.rows.size(); ++i) {
      if (i > 0) y_ += share_a_slot(rail.rows[i - 1], rail.rows[i]) ? gap_in_slot : gap;
      if (i == 0 && rail.has_own_line()) y_ += gap;
      const int middle = put_row(rail.rows[i], x);
      if (i == 0 && !rail.has_own_line()) put_label(rail, {x + 4, middle - 5}, of_dom0.x - x - 12);
      joints.push_back(middle);
    }
    for (const auto& below : rail.below) joints.push_back(put_rail(below, x));
    if (joint == 0) joint = start = joints.front();
    if (joints.back() > start) put_rail_line({x, start}, {x, joints.back()});
    if (above) put_rail_line({*above, joint}, {x, joint});
    return joint;
  }

  void put_label(const Rail& rail, Point at, int room) {
    const bool fits = width_of(rail.label, Face::rail) <= room;
    out_.branches.push_back({words_at(at, fits ? rail.label : rail.short_label,
                                      rail.depth > 0 ? Face::port : Face::rail, Tone::rail, room),
                             rail.label, rail.bridges});
  }

  void put_rail_line(Point from, Point to) {
    out_.rails.push_back({{from, to}, Tone::rail, false, false, {}});
  }

  /// Gives the height at which its rail meets it.
  int put_row(const Row& row, int rail_x) {
    const auto index = places_.size();
    const auto* group = group_at(index);
    if (group && group->is_outlined && group->run.first == index) y_ += gap_of_outline;
    const auto& lane = lane_of(row.part);
    const auto place = lane.box(y_, row.folded.empty() ? box_height : fold_height);
    places_.push_back(place);
    y_ = place.bottom();
    put_rail_line({rail_x, place.middle()}, {place.x, place.middle()});
    if (!row.folded.empty()) {
      out_.boxes.push_back(fold_box(listing_, row, place));
    } else {
      out_.boxes.push_back(function_box(listing_, row.part, place));
      if (row.part.next != Next::same) put_next(out_, row.part, place);
    }
    if (group && group->run.last == index) y_ += group_line;
    make_room_for_vms(index);
    return place.middle();
  }

  const GroupRun* group_at(std::size_t index) const {
    for (const auto& group : groups_)
      if (group.run.first <= index && index <= group.run.last) return &group;
    return nullptr;
  }

  void make_room_for_vms(std::size_t index) {
    for (const auto& run : vms_)
      if (run.last == index)
        y_ = std::max(y_, places_[run.first].y + height_of_vms(rows_[run.first]->part));
  }

  Rect around(const Run& run) const {
    const auto &first = places_[run.first], &last = places_[run.last];
    return {first.x, first.y, first.width, last.bottom() - first.y};
  }

  const Listing& listing_;
  Picture out_;
  int y_ = 0, first_y_ = 0;
  std::vector<const Row*> rows_;
  std::vector<Rect> places_;  ///< of the rows
  std::vector<GroupRun> groups_;
  std::vector<Run> vms_;
};

}  // namespace

Picture wide_picture(const Listing& listing) { return Wide(listing).make(); }

}  // namespace pci_passthrough::picture
