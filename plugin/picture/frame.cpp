#include "plugin/picture/frame.hpp"

#include <algorithm>

#include "plugin/model/device_words.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/pieces.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr int edge = 16, badge_height = 25;

struct Badge {
  std::string text;
  Tone tone;
};

std::size_t count(const Listing& listing, bool (*is)(const ListedDevice&)) {
  return static_cast<std::size_t>(std::ranges::count_if(listing.devices, is));
}

std::vector<Badge> badges_of(const Listing& listing) {
  std::vector<Badge> badges;
  if (const auto waiting = count(listing, waits_for_a_reboot))
    badges.push_back(
        {counted(waiting, "change") + (waiting == 1 ? " waits" : " wait") + " for a reboot",
         Tone::pending});
  if (listing.host.iommu == false)
    badges.push_back({"Xen uses no IOMMU: no VM can have a device", Tone::taking});
  const auto untold = [&](std::string_view what) {
    badges.push_back({std::string(what) + ": unknown", Tone::untold});
  };
  if (const auto names = names_of_unread(listing.unreadable); !names.empty())
    badges.push_back({names, Tone::untold});
  if (!listing.host.iommu) untold("whether Xen uses an IOMMU");
  if (count(listing,
            [](const ListedDevice& device) { return device.dom0_access == Dom0Access::unknown; }))
    untold("what the next boot hides");
  const auto lost = count(listing, [](const ListedDevice& device) {
    return !device.isolation_group && !is_bridge(device);
  });
  if (lost > 0) untold("group of " + counted(lost, "function"));
  return badges;
}

void put_badge(Picture& picture, const Badge& badge, const Rect& place) {
  Box box;
  box.place = place;
  box.tone = badge.tone;
  box.round = 12;
  box.is_badge = true;
  auto words = words_at({place.x + place.width / 2, place.y + 17}, badge.text, Face::note,
                        badge.tone, place.width - 16);
  words.anchor = Anchor::middle;
  box.words = {words};
  picture.boxes.push_back(std::move(box));
}

std::string product_of(const ListedHost& host) {
  std::vector<std::string> words;
  for (const auto& word : {host.product, host.version})
    if (!word.empty()) words.push_back(word);
  if (host.efi) words.emplace_back(*host.efi ? "UEFI" : "BIOS");
  return plain_line(joined(words, " "));
}

struct Entry {
  Tone tone;
  std::string_view words;
};
constexpr Entry entries[] = {{Tone::needed, "dom0 does not live without it"},
                             {Tone::free, "dom0's, may be hidden"},
                             {Tone::hidden, "hidden now"},
                             {Tone::pending, "from the next reboot on"},
                             {Tone::group, "belongs together"},
                             {Tone::taking, "trouble at the VM's start"},
                             {Tone::untold, "unknown"}};

}  // namespace

int put_head(Picture& picture, const Listing& listing) {
  const auto& host = listing.host;
  const auto name = plain_line(host.name.empty() ? "this host" : host.name);
  const int whole = picture.width - 2 * edge - 8;
  const auto product = product_of(host);
  const auto shown = fitted(name, Face::title, whole);
  picture.words.push_back({{edge + 8, 30}, shown, Face::title, Tone::ink, Anchor::start, whole});
  const int after = edge + 8 + width_of(shown, Face::title) + 12;
  int x = edge + 8, y = 44;
  const bool fits = after + width_of(product, Face::small) < picture.width - edge;
  if (!product.empty() && fits)
    picture.words.push_back(
        words_at({after, 30}, product, Face::small, Tone::aside, picture.width - edge - after));
  int taken = fits ? after + width_of(product, Face::small) : picture.width;
  bool is_first = true, is_below = false;
  for (const auto& badge : badges_of(listing)) {
    const int width = std::min(width_of(badge.text, Face::note) + 24, whole);
    if (is_first && taken + 16 + width < picture.width - edge) {
      put_badge(picture, badge, {picture.width - edge - width, 13, width, badge_height});
    } else {
      if (x > edge + 8 && x + width > picture.width - edge) x = edge + 8, y += badge_height + 6;
      put_badge(picture, badge, {x, y, width, badge_height});
      x += width + 8;
      is_below = true;
    }
    is_first = false;
  }
  picture.title = "Who has each PCI function of " + fitted(name, Face::name, 400);
  picture.description = counts_of(listing);
  return is_below ? y + badge_height + 12 : 52;
}

int put_legend(Picture& picture, int top) {
  int x = edge + 8, y = top + 14;
  for (const auto& [tone, words] : entries) {
    const int width = width_of(words, Face::small);
    if (x > edge + 8 && x + 28 + width > picture.width - edge) x = edge + 8, y += 24;
    if (tone == Tone::taking) {
      picture.lines.push_back({{{x, y + 8}, {x + 20, y + 8}}, tone, true, true, {}});
    } else {
      Box box;
      box.place = {x, y, 20, 15};
      box.tone = tone;
      box.round = 3;
      if (tone == Tone::untold) {
        auto mark = words_at({x + 10, y + 11}, "?", Face::port, tone, 16);
        mark.anchor = Anchor::middle;
        box.words = {mark};
      }
      picture.boxes.push_back(std::move(box));
    }
    picture.words.push_back(words_at({x + 28, y + 12}, words, Face::small, Tone::aside, width));
    x += 28 + width + 24;
  }
  return y + 32;
}

std::vector<Rail> rails_with_chipset(const Listing& listing, const std::vector<Row>& rows,
                                     const std::vector<Part>& chipset) {
  auto rails = rails_of(listing, rows);
  if (chipset.empty()) return rails;
  const Row row{chipset.front(), chipset,
                "and " + counted(chipset.size(), "chipset function") + " that no VM can use"};
  constexpr std::string_view board = "on the board itself";
  if (rails.empty() || rails.back().label != board)
    rails.push_back({{}, std::string(board), std::string(board), 0, {}, {}});
  rails.back().rows.push_back(row);
  return rails;
}

}  // namespace pci_passthrough::picture
