#include <algorithm>

#include "plugin/picture/faces.hpp"
#include "plugin/picture/frame.hpp"
#include "plugin/picture/picture.hpp"
#include "plugin/picture/pieces.hpp"
#include "plugin/picture/runs.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr int right_edge = 348, left_edge = 12, step = 10, below_indent = 20;

/// One list: under each holder its functions, under each function what becomes of it.
class Narrow {
 public:
  explicit Narrow(const Listing& listing) : listing_(listing) { out_.width = 360; }

  Picture make() {
    y_ = put_head(out_, listing_);
    auto folded = fold(listing_);
    put_holder(Holder::dom0, "dom0 has it", words_of_none(listing_, "nothing"), folded.rows,
               folded.chipset);
    put_holder(Holder::hidden, "hidden", words_of_none(listing_, "nothing is hidden"), folded.rows,
               {});
    put_vms_heading();
    out_.height = put_legend(out_, y_ + 8);
    return std::move(out_);
  }

 private:
  void put_heading(std::string_view words) {
    y_ += 18;
    out_.words.push_back(
        words_at({left_edge, y_ + 8}, words, Face::heading, Tone::ink, right_edge - left_edge));
    y_ += 14;
  }

  void put_aside(std::string_view words) {
    out_.words.push_back(
        words_at({left_edge, y_ + 16}, words, Face::small, Tone::aside, right_edge - left_edge));
    y_ += 24;
  }

  void put_holder(Holder holder, std::string_view heading, std::string_view empty,
                  const std::vector<Row>& all, const std::vector<Part>& chipset) {
    put_heading(heading);
    std::vector<Row> own;
    std::ranges::copy_if(all, std::back_inserter(own),
                         [&](const Row& row) { return row.part.holder == holder; });
    const auto rails = rails_with_chipset(listing_, own, chipset);
    const auto rows = rows_of(rails);
    groups_ = group_runs(listing_, rows);
    wanted_ = vm_runs(rows);
    places_.clear();
    for (const auto& rail : rails) put_rail(rail);
    for (const auto& group : groups_) out_.outlines.push_back(outline_of(group, around(group.run)));
    if (rows.empty()) put_aside(empty);
  }

  void put_rail(const Rail& rail) {
    const int x = left_edge + step * std::min(rail.depth, 4);
    y_ += rail.depth == 0 ? 8 : 4;
    const int room = right_edge - x - step;
    const bool fits = width_of(rail.label, Face::rail) <= room;
    out_.branches.push_back({words_at({x + step, y_ + 10}, fits ? rail.label : rail.short_label,
                                      Face::rail, Tone::rail, room),
                             rail.label, rail.bridges});
    y_ += 16;
    const int top = y_;
    for (std::size_t i = 0; i < rail.rows.size(); ++i) {
      const bool is_of_slot =
          i > 0 && rail.rows[i].folded.empty() &&
          rail.rows[i - 1].part.device->address.same_slot(rail.rows[i].part.device->address);
      const bool is_below_box =
          i > 0 && places_.back().bottom() == y_ && places_.back().height <= box_height;
      if (i > 0) y_ += is_of_slot && is_below_box ? 2 : 8;
      const bool leads_on = i + 1 < rail.rows.size() && shares_vms(rail.rows[i], rail.rows[i + 1]);
      put_row(rail.rows[i], x + step, leads_on);
    }
    if (!places_.empty() && !rail.rows.empty())
      out_.rails.push_back(
          {{{x, top - 4}, {x, places_.back().y + 20}}, Tone::rail, false, false, {}});
    for (const auto& below : rail.below) put_rail(below);
  }

  /// Functions of one card with nothing between them: their VMs stand once, below the last.
  bool shares_vms(const Row& row, const Row& next) const {
    const auto index = places_.size();
    const auto holds = [&](const Run& run) { return run.first <= index && index < run.last; };
    return row.part.next == Next::same && std::ranges::any_of(wanted_, holds) &&
           row.part.device->address.same_slot(next.part.device->address);
  }

  void put_row(const Row& row, int x, bool leads_on) {
    const auto index = places_.size();
    const auto* group = group_at(index);
    if (group && group->is_outlined && group->run.first == index) y_ += 5;
    Rect place{x, y_, right_edge - x, row.folded.empty() ? box_height : fold_height};
    y_ = place.bottom();
    out_.rails.push_back(
        {{{x - step, place.middle()}, {x, place.middle()}}, Tone::rail, false, false, {}});
    if (row.folded.empty()) {
      out_.boxes.push_back(function_box(listing_, row.part, place));
      put_what_becomes(row.part, place, leads_on);
    } else {
      out_.boxes.push_back(fold_box(listing_, row, place));
    }
    place.height = y_ - place.y;
    places_.push_back(place);
    if (group && group->run.last == index) y_ += 16;
  }

  const GroupRun* group_at(std::size_t index) const {
    for (const auto& group : groups_)
      if (group.run.first <= index && index <= group.run.last) return &group;
    return nullptr;
  }

  /// What it will be, and the VMs that want it, each below it and joined to it.
  void put_what_becomes(const Part& part, const Rect& place, bool leads_on) {
    if (part.next != Next::same) {
      const auto below = place_below(place, Tone::pending, part.next == Next::not_held);
      out_.boxes.push_back(next_box(part, below));
    }
    if (part.claim == Claim::none) return;
    ++sharing_;
    if (leads_on) return;
    for (const auto& vm : *part.device->vms) {
      const auto below = place_below(place, tone_of(part.claim), part.claim != Claim::holds);
      out_.boxes.push_back(vm_box(vm, part.claim, sharing_, below));
    }
    sharing_ = 0;
  }

  Rect place_below(const Rect& place, Tone tone, bool is_broken) {
    y_ += 4;
    const Rect below{place.x + below_indent, y_, place.width - below_indent, box_height};
    out_.lines.push_back({{{place.x + 4, below.middle()}, {below.x - 1, below.middle()}},
                          tone,
                          is_broken,
                          true,
                          {}});
    out_.rails.push_back({{{place.x + 4, place.bottom()}, {place.x + 4, below.middle()}},
                          tone,
                          is_broken,
                          false,
                          {}});
    y_ = below.bottom();
    return below;
  }

  Rect around(const Run& run) const {
    const auto &first = places_[run.first], &last = places_[run.last];
    const int left = std::min(first.x, last.x);
    return {left, first.y, right_edge - left, last.bottom() - first.y};
  }

  void put_vms_heading() {
    const auto knows = [](const ListedDevice& device) { return device.vms.has_value(); };
    const auto wanted = [&](const ListedDevice& device) {
      return knows(device) && !device.vms->empty();
    };
    if (std::ranges::any_of(listing_.devices, wanted)) return;
    put_heading("VMs that want it");
    if (std::ranges::any_of(listing_.devices, knows)) return put_aside("no VM wants a device");
    const Rect place{left_edge, y_ + 8, right_edge - left_edge, box_height};
    out_.boxes.push_back(untold_vms_box(listing_, place));
    y_ = place.bottom();
  }

  const Listing& listing_;
  Picture out_;
  int y_ = 0;
  std::vector<Rect> places_;  ///< of one holder's rows, with what is below them
  std::vector<GroupRun> groups_;
  std::vector<Run> wanted_;
  std::size_t sharing_ = 0;  ///< functions whose VMs stand below the next of their card
};

}  // namespace

Picture narrow_picture(const Listing& listing) { return Narrow(listing).make(); }

}  // namespace pci_passthrough::picture
