#include <gtest/gtest.h>

#include <cmath>
#include <iostream>

#include "plugin/model/text.hpp"
#include "plugin/picture/faces.hpp"
#include "plugin/picture/palette.hpp"
#include "plugin/picture/picture.hpp"
#include "tests/picture/listed.hpp"

namespace pci_passthrough::picture {
namespace {

std::string text_of(const Rect& rect) {
  return std::to_string(rect.x) + "," + std::to_string(rect.y) + " " + std::to_string(rect.width) +
         "x" + std::to_string(rect.height);
}

bool overlap(const Rect& one, const Rect& other) {
  return one.x < other.right() && other.x < one.right() && one.y < other.bottom() &&
         other.y < one.bottom();
}

bool is_within(const Rect& inner, const Rect& outer) {
  return inner.x >= outer.x && inner.right() <= outer.right() && inner.y >= outer.y &&
         inner.bottom() <= outer.bottom();
}

/// What the words take: from an ascender's top to a descender's foot.
Rect place_of(const Words& words) {
  const int width = width_of(words.text, words.face);
  const int size = static_cast<int>(row_of(words.face).size);
  const int left = words.anchor == Anchor::start ? words.at.x
                   : words.anchor == Anchor::end ? words.at.x - width
                                                 : words.at.x - width / 2;
  return {left, words.at.y - size * 3 / 4, width, size};
}

struct Thing {
  std::string name;
  Rect place;
};

/// Sorted by their tops, so that a picture of thousands is looked at once.
void expect_apart(std::vector<Thing> things, const std::string& what) {
  std::ranges::sort(things, {}, [](const Thing& thing) { return thing.place.y; });
  for (std::size_t i = 0; i < things.size(); ++i)
    for (auto j = i + 1; j < things.size() && things[j].place.y < things[i].place.bottom(); ++j)
      EXPECT_FALSE(overlap(things[i].place, things[j].place))
          << what << ": " << things[i].name << " (" << text_of(things[i].place) << ") and "
          << things[j].name << " (" << text_of(things[j].place) << ")";
}

void expect_fits(const Words& words, const Rect& around, const std::string& what) {
  EXPECT_LE(width_of(words.text, words.face), words.room) << what << ": " << words.text;
  EXPECT_TRUE(is_within(place_of(words), around))
      << what << ": " << words.text << " " << text_of(place_of(words)) << " in " << text_of(around);
  EXPECT_FALSE(words.text.empty()) << what;
}

void expect_nothing_overlaps(const Picture& picture, const std::string& what) {
  const Rect whole{0, 0, picture.width, picture.height};
  std::vector<Thing> things;
  for (const auto& box : picture.boxes) {
    EXPECT_TRUE(is_within(box.place, whole)) << what << ": " << text_of(box.place);
    std::vector<Thing> inside;
    for (const auto& words : box.words) {
      expect_fits(words, box.place, what);
      inside.push_back({words.text, place_of(words)});
    }
    expect_apart(std::move(inside), what);
    things.push_back({box.words.empty() ? "a sample" : box.words[0].text, box.place});
  }
  const auto add = [&](const Words& words) {
    expect_fits(words, whole, what);
    things.push_back({words.text, place_of(words)});
  };
  for (const auto& words : picture.words) add(words);
  for (const auto& branch : picture.branches) add(branch.words);
  for (const auto& outline : picture.outlines) add(outline.words);
  expect_apart(std::move(things), what);
}

/// A box that an outline touches lies in it.
void expect_outlines_hold(const Picture& picture, const std::string& what) {
  for (const auto& outline : picture.outlines) {
    if (!outline.place) continue;
    for (const auto& box : picture.boxes)
      if (overlap(*outline.place, box.place)) {
        EXPECT_TRUE(is_within(box.place, *outline.place)) << what << ": " << box.title;
      }
  }
}

/// "00:05.0, 8a:10.0 to 8a:11.6" and what stands behind it.
std::vector<PciAddress> named_in(const std::string& description, const Listing& listing) {
  std::vector<PciAddress> named;
  std::istringstream words(description.substr(0, description.find(". Wanted")));
  std::optional<PciAddress> from;
  bool is_range = false;
  for (std::string word; words >> word;) {
    if (word.ends_with(',')) word.pop_back();
    if (word == "to") {
      is_range = true;
      continue;
    }
    const auto address = PciAddress::parse(word);
    if (!address) return {};
    for (const auto& device : listing.devices)
      if (device.address == *address ||
          (is_range && device.address > *from && device.address < *address))
        named.push_back(device.address);
    from = address;
    is_range = false;
  }
  return named;
}

void expect_none_is_lost(const Picture& picture, const Listing& listing, const std::string& what) {
  std::map<PciAddress, int> shown;
  for (const auto& branch : picture.branches)
    for (const auto& bridge : branch.bridges) shown[bridge] = 1;
  for (const auto& box : picture.boxes) {
    if (box.is_function) {
      EXPECT_EQ(box.functions.size(), 1u) << what;
      shown[box.functions.front()] += 1;
      EXPECT_NE(box.label.find(box.functions.front().text()), std::string::npos) << what;
    } else if (!box.functions.empty()) {
      EXPECT_EQ(named_in(box.description, listing), box.functions) << what << box.description;
      for (const auto& function : box.functions) shown[function] += 1;
    }
  }
  for (const auto& device : listing.devices)
    EXPECT_GE(shown[device.address], 1) << what << ": " << device.address.text();
}

TEST(Layout, NothingOverlapsNothingIsCutAndNoFunctionIsLost) {
  const auto listings = all_listings();
  for (const auto& [name, listing] : listings)
    for (const bool narrow : {false, true}) {
      const auto picture = narrow ? narrow_picture(listing) : wide_picture(listing);
      const auto what = name + (narrow ? ", narrow" : "");
      EXPECT_EQ(picture.width, narrow ? 360 : 1280);
      expect_nothing_overlaps(picture, what);
      expect_outlines_hold(picture, what);
      expect_none_is_lost(picture, listing, what);
    }
  std::cout << "drew " << listings.size() << " hosts, " << world().roots().size()
            << " of them real machines beside the project\n";
}

TEST(Layout, ThousandsOfFunctionsFold) {
  for (const bool alike : {true, false}) {
    const auto picture = wide_picture(generated(4096, alike));
    EXPECT_LE(std::ranges::count_if(picture.boxes, &Box::is_function), 120);
    EXPECT_LT(picture.height, 8000);
  }
}

double luminance(std::string_view colour) {
  const auto channel = [&](std::size_t at) {
    const double value = std::stoi(std::string(colour.substr(at, 2)), nullptr, 16) / 255.0;
    return value <= 0.03928 ? value / 12.92 : std::pow((value + 0.055) / 1.055, 2.4);
  };
  return 0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5);
}

double contrast(std::string_view one, std::string_view other) {
  const double a = luminance(one), b = luminance(other);
  return (std::max(a, b) + 0.05) / (std::min(a, b) + 0.05);
}

/// WCAG 2.1: 1.4.3 and 1.4.11, which the picture's readers need at three in the morning.
TEST(Palette, WordsAndBordersStandOut) {
  const auto look = [](const Paint& paint, const Paint& page, const Paint& lane,
                       const std::string& name) {
    for (const auto ground : {page.fill, lane.fill}) {
      if (paint.fill != "none") {
        EXPECT_GE(contrast(paint.ink, paint.fill), 4.5) << name;
      } else {
        EXPECT_GE(contrast(paint.ink, ground), 4.5) << name;
      }
      if (paint.border != "none") {
        EXPECT_GE(contrast(paint.border, ground), 3.0) << name;
      }
    }
  };
  for (const auto& row : palette()) {
    look(row.day, row_of(Tone::page).day, row_of(Tone::lane).day, std::string(row.name));
    look(row.night, row_of(Tone::page).night, row_of(Tone::lane).night,
         std::string(row.name) + " at night");
  }
  EXPECT_GE(contrast(row_of(Tone::aside).day.ink, row_of(Tone::free).day.fill), 4.5);
  EXPECT_GE(contrast(row_of(Tone::aside).night.ink, row_of(Tone::free).night.fill), 4.5);
}

TEST(Faces, WordsAreCutToFit) {
  for (const std::string text :
       {"Intel X550", "WWWWWWWWWWWW", "\u65e5\u672c\u8a9e\u65e5\u672c\u8a9e",
        "\U0001f4be\U0001f4be\U0001f4be", "  blanks  blanks  "})
    for (int room = 20; room < 200; room += 7) {
      const auto cut = fitted(text, Face::name, room);
      EXPECT_LE(width_of(cut, Face::name), room) << cut;
      EXPECT_EQ(valid_text(cut), cut);
      EXPECT_TRUE(cut == text || cut.ends_with("\u2026")) << cut;
    }
  EXPECT_EQ(plain_line("a\nb\x1b\u202e\u200b<"), "a\ufffdb\ufffd\ufffd\ufffd<");
}

}  // namespace
}  // namespace pci_passthrough::picture
