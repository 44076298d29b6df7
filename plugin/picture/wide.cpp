#include <algorithm>

#include "plugin/picture/faces.hpp"
#include "plugin/picture/frame.hpp"
#include "plugin/picture/picture.hpp"
#include "plugin/picture/pieces.hpp"
#include "plugin/picture/runs.hpp"

namespace pci_passthrough::picture {
namespace {

struct Lane {
  int x, width;
  std::string_view heading, aside;

  Rect box(int y, int height) const { return {x + 10, y, width - 20, height}; }
};
constexpr Lane of_dom0 = {262, 372, "dom0 has it", "the host itself"},
               of_hidden = {640, 292, "hidden", "free for a VM"},
               of_vms = {938, 326, "VMs that want it", ""};
constexpr std::size_t most_vms = 3;
constexpr int gap = 8, gap_in_slot = 2, gap_of_rail = 15, gap_of_outline = 5, group_line = 16;

const Lane& lane_of(const Part& part) {
  return part.holder == Holder::hidden ? of_hidden : of_dom0;
}
/// Where it will be.
const Lane& next_lane_of(const Part& part) {
  return part.holder == Holder::hidden ? of_dom0 : of_hidden;
}

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
    const auto rails = rails_with_chipset(listing_, std::move(folded.rows), folded.chipset);
    rows_ = rows_of(rails);
    groups_ = group_runs(listing_, rows_);
    vms_ = vm_runs(rows_);
    y_ = top + 24;
    first_y_ = y_ + gap_of_rail;
    for (const auto& rail : rails) put_rail(rail, {});
    for (const auto& group : groups_) put_group(group);
    for (const auto& run : vms_) put_vms(run);
    put_empty_lanes();
    const int bottom = std::max(y_, first_y_ + box_height) + 12;
    for (const auto* lane : {&of_dom0, &of_hidden, &of_vms}) put_lane(*lane, top, bottom);
    out_.words.push_back(words_at({24, top + 22}, "where it sits", Face::heading, Tone::ink, 220));
    out_.height = put_legend(out_, bottom);
    return std::move(out_);
  }

 private:
  void put_lane(const Lane& lane, int top, int bottom) {
    out_.lanes.push_back({lane.x, top, lane.width, bottom - top});
    const int x = lane.x + 10, taken = width_of(lane.heading, Face::heading) + 10;
    out_.words.push_back(
        words_at({x, top + 22}, lane.heading, Face::heading, Tone::ink, lane.width - 20));
    if (!lane.aside.empty())
      out_.words.push_back(words_at({x + taken, top + 22}, lane.aside, Face::small, Tone::aside,
                                    lane.width - 20 - taken));
  }

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
      if (row.part.next != Next::same) put_next(row.part, place);
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
        y_ = std::max(y_, places_[run.first].y + height_of(boxes_of(run), box_height));
  }

  std::size_t boxes_of(const Run& run) const {
    return std::min(rows_[run.first]->part.device->vms->size(), most_vms + 1);
  }
  static int height_of(std::size_t boxes, int each) {
    const int count = static_cast<int>(boxes);
    return count * each + (count - 1) * 4;
  }

  void put_next(const Part& part, const Rect& place) {
    const auto target = next_lane_of(part).box(place.y, box_height);
    out_.boxes.push_back(next_box(part, target));
    const bool to_right = target.x > place.x;
    const Point from{to_right ? place.right() + 2 : place.x - 2, place.middle()};
    const Point to{to_right ? target.x - 2 : target.right() + 2, place.middle()};
    const bool is_certain = part.next != Next::not_held;
    out_.lines.push_back({{from, to}, Tone::pending, !is_certain, is_certain, {}});
  }

  void put_group(const GroupRun& group) {
    const auto &first = places_[group.run.first], &last = places_[group.run.last];
    Outline outline;
    outline.whole = group.words;
    int bottom = last.bottom();
    if (group.is_outlined) {
      bottom += 4;
      outline.place = Rect{first.x - 5, first.y - 5, first.width + 10, bottom - first.y + 5};
    }
    outline.words =
        words_at({first.x + 4, bottom + 11}, group.words, Face::port, Tone::group, first.width - 8);
    out_.outlines.push_back(std::move(outline));
  }

  void put_vms(const Run& run) {
    const auto& part = rows_[run.first]->part;
    const auto& vms = *part.device->vms;
    const auto boxes = boxes_of(run);
    const int top = places_[run.first].y;
    const int height = std::max(places_[run.last].bottom() - top, height_of(boxes, box_height));
    const int each = (height + 4) / static_cast<int>(boxes) - 4;
    for (std::size_t i = 0; i < boxes; ++i) {
      const auto place = of_vms.box(top + static_cast<int>(i) * (each + 4), each);
      const bool is_rest = i == most_vms;
      out_.boxes.push_back(is_rest
                               ? more_vms_box(std::span(vms).subspan(most_vms), part.claim, place)
                               : vm_box(vms[i], part.claim, run.size(), place));
    }
    for (auto i = run.first; i <= run.last; ++i) put_claim(rows_[i]->part, places_[i]);
  }

  void put_claim(const Part& part, const Rect& place) {
    const bool is_crossing = part.claim == Claim::takes && part.next == Next::same;
    const auto from = is_crossing ? place : of_hidden.box(place.y, box_height);
    Line line;
    line.points = {{from.right() + 2, place.middle()}, {of_vms.x + 8, place.middle()}};
    line.tone = tone_of(part.claim);
    line.broken = part.claim != Claim::holds;
    line.arrow = true;
    if (is_crossing) {
      const int middle = of_hidden.x + of_hidden.width / 2;
      line.cross = Point{middle, place.middle()};
      Words words = words_at({middle, place.middle() - 12}, "not hidden", Face::note, Tone::taking,
                             of_hidden.width);
      words.anchor = Anchor::middle;
      out_.words.push_back(words);
    }
    out_.lines.push_back(std::move(line));
  }

  /// An empty lane says whether nothing is there or nothing is known.
  void put_empty_lanes() {
    const auto in = [&](const Lane& lane) {
      return [&lane](const Row* row) {
        return &lane_of(row->part) == &lane ||
               (row->folded.empty() && (row->part.next != Next::same ||
                                        (&lane == &of_hidden && row->part.claim == Claim::takes)));
      };
    };
    for (const auto* lane : {&of_dom0, &of_hidden})
      if (std::ranges::none_of(rows_, in(*lane)))
        out_.words.push_back(words_at({lane->x + 12, first_y_ + 26},
                                      lane == &of_hidden ? "nothing is hidden" : "no function",
                                      Face::small, Tone::aside, lane->width - 24));
    const auto knows = [](const ListedDevice& device) { return device.vms.has_value(); };
    if (std::ranges::none_of(listing_.devices, knows))
      out_.boxes.push_back(untold_box("cannot be told", "xapi does not answer on this host",
                                      of_vms.box(first_y_, box_height)));
    else if (vms_.empty())
      out_.words.push_back(words_at({of_vms.x + 12, first_y_ + 26}, "no VM wants a device",
                                    Face::small, Tone::aside, of_vms.width - 24));
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
