#include "plugin/picture/wide_lanes.hpp"

#include <algorithm>

#include "plugin/picture/faces.hpp"
#include "plugin/picture/pieces.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr std::size_t most_vms = 3;
constexpr int gap_of_vms = 4;

/// Where it will be.
const Lane& next_lane_of(const Part& part) {
  return part.holder == Holder::hidden ? of_dom0 : of_hidden;
}

std::size_t vm_boxes(const Part& part) { return std::min(part.device->vms->size(), most_vms + 1); }

void put_lane(Picture& picture, const Lane& lane, int top, int bottom) {
  picture.lanes.push_back({lane.x, top, lane.width, bottom - top});
  const int x = lane.x + 10, taken = width_of(lane.heading, Face::heading) + 10;
  picture.words.push_back(
      words_at({x, top + 22}, lane.heading, Face::heading, Tone::ink, lane.width - 20));
  if (!lane.aside.empty())
    picture.words.push_back(words_at({x + taken, top + 22}, lane.aside, Face::small, Tone::aside,
                                     lane.width - 20 - taken));
}

void put_claim(Picture& picture, const Part& part, const Rect& place) {
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
    picture.words.push_back(words);
  }
  picture.lines.push_back(std::move(line));
}

}  // namespace

const Lane& lane_of(const Part& part) {
  return part.holder == Holder::hidden ? of_hidden : of_dom0;
}

void put_lanes(Picture& picture, int top, int bottom) {
  for (const auto* lane : {&of_dom0, &of_hidden, &of_vms}) put_lane(picture, *lane, top, bottom);
}

void put_next(Picture& picture, const Part& part, const Rect& place) {
  const auto target = next_lane_of(part).box(place.y, box_height);
  picture.boxes.push_back(next_box(part, target));
  const bool to_right = target.x > place.x;
  const Point from{to_right ? place.right() + 2 : place.x - 2, place.middle()};
  const Point to{to_right ? target.x - 2 : target.right() + 2, place.middle()};
  const bool is_certain = part.next != Next::not_held;
  picture.lines.push_back({{from, to}, Tone::pending, !is_certain, is_certain, {}});
}

int height_of_vms(const Part& part) {
  const int count = static_cast<int>(vm_boxes(part));
  return count * box_height + (count - 1) * gap_of_vms;
}

void put_vms(Picture& picture, const Run& run, const std::vector<const Row*>& rows,
             const std::vector<Rect>& places) {
  const auto& part = rows[run.first]->part;
  const auto& vms = *part.device->vms;
  const auto boxes = vm_boxes(part);
  const int top = places[run.first].y;
  const int height = std::max(places[run.last].bottom() - top, height_of_vms(part));
  const int each = (height + gap_of_vms) / static_cast<int>(boxes) - gap_of_vms;
  for (std::size_t i = 0; i < boxes; ++i) {
    const auto place = of_vms.box(top + static_cast<int>(i) * (each + gap_of_vms), each);
    const bool is_rest = i == most_vms;
    picture.boxes.push_back(is_rest
                                ? more_vms_box(std::span(vms).subspan(most_vms), part.claim, place)
                                : vm_box(vms[i], part.claim, run.size(), place));
  }
  for (auto i = run.first; i <= run.last; ++i) put_claim(picture, rows[i]->part, places[i]);
}

void put_empty_lanes(Picture& picture, const Listing& listing, const std::vector<const Row*>& rows,
                     int y) {
  const auto in = [&](const Lane& lane) {
    return [&lane](const Row* row) {
      return &lane_of(row->part) == &lane ||
             (row->folded.empty() && (row->part.next != Next::same ||
                                      (&lane == &of_hidden && row->part.claim == Claim::takes)));
    };
  };
  for (const auto* lane : {&of_dom0, &of_hidden})
    if (std::ranges::none_of(rows, in(*lane)))
      picture.words.push_back(
          words_at({lane->x + 12, y + 26},
                   words_of_none(listing, lane == &of_hidden ? "nothing is hidden" : "no function"),
                   Face::small, Tone::aside, lane->width - 24));
  const auto knows = [](const ListedDevice& device) { return device.vms.has_value(); };
  if (std::ranges::none_of(listing.devices, knows))
    picture.boxes.push_back(untold_vms_box(listing, of_vms.box(y, box_height)));
  else if (vm_runs(rows).empty())
    picture.words.push_back(words_at({of_vms.x + 12, y + 26}, "no VM wants a device", Face::small,
                                     Tone::aside, of_vms.width - 24));
}

}  // namespace pci_passthrough::picture
