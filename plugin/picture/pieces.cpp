#include "plugin/picture/pieces.hpp"

#include <algorithm>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/words.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr int margin = 10, tile_width = 46, tile_height = 26, lock_width = 24;

constexpr int beside_tile = 8 + tile_width + 8;

/// Two lines beside the left edge: the name and what is said of it.
void add_two_lines(Box& box, std::string_view first, std::string_view second, int indent = 14) {
  const int left = box.place.x + indent, top = box.place.y;
  const int room = box.place.width - indent - margin;
  box.words.push_back(words_at({left, top + 18}, first, Face::note, box.tone, room));
  box.words.push_back(words_at({left, top + 35}, second, Face::small, box.tone, room));
}

void add_tile(Box& box, std::string_view word) {
  const Rect tile{box.place.x + 8, box.place.y + 9, tile_width, tile_height};
  box.tile = tile;
  auto words = words_at({tile.x + tile_width / 2, tile.y + 17}, plain_line(word), Face::tile,
                        box.tone, tile_width - 4);
  words.anchor = Anchor::middle;
  box.words.push_back(words);
}

}  // namespace

Words words_at(Point at, std::string_view text, Face face, Tone tone, int room) {
  return {at, fitted(text, face, room), face, tone, Anchor::start, room};
}

Box function_box(const Listing& listing, const Part& part, const Rect& place) {
  const auto& device = *part.device;
  Box box;
  box.place = place;
  box.tone = part.tone();
  box.locked = part.needed;
  box.functions = {device.address};
  box.is_function = true;
  add_tile(box, tile_word(device));
  const int left = place.x + beside_tile, room = place.right() - margin - left;
  box.words.push_back(words_at({left, place.y + 18}, sold_name(device), Face::name, box.tone,
                               room - (part.needed ? lock_width : 0)));
  const auto address = short_text(device.address);
  const int taken = width_of(address, Face::address) + 8;
  box.words.push_back(words_at({left, place.y + 35}, address, Face::address, box.tone, taken));
  box.words.push_back(words_at({left + taken, place.y + 35}, phrase_of(part), Face::small,
                               box.tone == Tone::free ? Tone::aside : box.tone, room - taken));
  box.title = fitted(sold_name(device), Face::name, 400) + ", " + device.address.text();
  box.description = description_of(listing, part);
  box.label = label_of(part);
  return box;
}

Box next_box(const Part& part, const Rect& place) {
  const auto [first, second] = lines_of(part.next);
  Box box;
  box.place = place;
  box.tone = Tone::pending;
  add_two_lines(box, first, second);
  box.title = short_text(part.device->address) + ": " + std::string(first);
  return box;
}

Box fold_box(const Listing& listing, const Row& row, const Rect& place) {
  Box box;
  box.place = place;
  box.tone = Tone::folded;
  for (const auto& part : row.folded) box.functions.push_back(part.device->address);
  box.words.push_back(words_at({place.x + 12, place.y + 17}, row.fold_words, Face::small,
                               Tone::folded, place.width - 24));
  box.title = row.fold_words;
  box.description = ranges(listing, row.folded);
  std::vector<std::string> wanted;
  for (const auto& part : row.folded)
    if (part.device->vms)
      for (const auto& vm : *part.device->vms)
        wanted.push_back(short_text(part.device->address) + " by VM " +
                         fitted(plain_line(vm.name), Face::name, 400));
  if (!wanted.empty()) box.description += ". Wanted: " + joined(wanted);
  box.label = row.fold_words + ": " + box.description;
  return box;
}

Box vm_box(const ListedVm& vm, Claim claim, std::size_t devices, const Rect& place) {
  Box box;
  box.place = place;
  box.tone = tone_of(claim);
  box.round = 10;
  box.lamp = vm.power_state == "Running" ? Lamp::on : Lamp::off;
  const auto power = power_word(vm);
  const int state_room = width_of(power, Face::small), left = place.x + 30;
  auto name = plain_line(vm.name.empty() ? vm.uuid : vm.name);
  box.words.push_back(words_at({left, place.y + 19}, name, Face::name, box.tone,
                               place.right() - 12 - state_room - 8 - left));
  auto state =
      words_at({place.right() - 12, place.y + 19}, power, Face::small, box.tone, state_room);
  state.anchor = Anchor::end;
  box.words.push_back(state);
  const auto claimed = claim_words(claim, vm, devices);
  box.words.push_back(
      words_at({place.x + 14, place.y + 36}, claimed, Face::small, box.tone, place.width - 26));
  box.title = "VM " + fitted(name, Face::name, 400);
  box.label = box.title + " (" + power + ") " + claimed;
  return box;
}

Box more_vms_box(std::span<const ListedVm> vms, Claim claim, const Rect& place) {
  Box box;
  box.place = place;
  box.tone = tone_of(claim);
  std::vector<std::string> names;
  for (const auto& vm : vms) names.push_back(plain_line(vm.name.empty() ? vm.uuid : vm.name));
  add_two_lines(box, "and " + counted(vms.size(), "more VM"), joined(names));
  box.title = joined(names);
  return box;
}

std::string_view words_of_none(const Listing& listing, std::string_view words) {
  return why_functions_are_unknown(listing.unreadable).empty() ? words : "unknown";
}

Box untold_vms_box(const Listing& listing, const Rect& place) {
  const auto why = why_functions_are_unknown(listing.unreadable).empty()
                       ? "xapi does not answer on this host"
                       : "this host's functions are unknown";
  Box box;
  box.place = place;
  box.tone = Tone::untold;
  add_tile(box, "?");
  add_two_lines(box, "unknown", why, beside_tile);
  return box;
}

Outline outline_of(const GroupRun& group, const Rect& rows) {
  Outline outline;
  outline.whole = group.words;
  int bottom = rows.bottom();
  if (group.is_outlined) {
    bottom += 4;
    outline.place = Rect{rows.x - 5, rows.y - 5, rows.width + 10, rows.height + 9};
  }
  outline.words =
      words_at({rows.x + 4, bottom + 11}, group.words, Face::port, Tone::group, rows.width - 8);
  return outline;
}

}  // namespace pci_passthrough::picture
