#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/pci/address.hpp"

/// The picture of a `list`: first its shapes, as plain values in whole pixels, then their writing.
namespace pci_passthrough::picture {

struct Point {
  int x = 0, y = 0;
};

struct Rect {
  int x = 0, y = 0, width = 0, height = 0;

  int right() const { return x + width; }
  int bottom() const { return y + height; }
  int middle() const { return y + height / 2; }
};

/// The faces of words; a row each in words.cpp's table.
enum class Face { title, heading, name, note, small, address, tile, rail, port };
enum class Anchor { start, middle, end };
/// What a colour says; a row each in palette.cpp's table.
enum class Tone {
  page,
  lane,
  ink,      ///< words on the page or a lane
  aside,    ///< words that matter less
  rail,     ///< the tree's lines
  free,     ///< dom0 has it, and it may be hidden
  needed,   ///< dom0 does not live without it
  hidden,   ///< pciback holds it
  pending,  ///< from the next reboot on
  untold,   ///< cannot be told
  folded,   ///< functions that stand in one row
  vm,
  taking,  ///< a VM's start would take it from dom0
  group,   ///< belongs together
};

/// A line of words that is at most `room` wide; it was cut to fit.
struct Words {
  Point at;  ///< of the baseline, at the anchor
  std::string text;
  Face face = Face::small;
  Tone tone = Tone::ink;
  Anchor anchor = Anchor::start;
  int room = 0;
};

enum class Lamp { none, off, on };

/// A function, what it will be, a VM, or functions that are folded.
struct Box {
  Rect place;
  Tone tone = Tone::free;
  std::vector<Words> words;
  std::optional<Rect> tile;  ///< round the kind
  int round = 6;
  bool is_badge = false;  ///< its border is whole, whatever its tone
  bool locked = false;
  Lamp lamp = Lamp::none;
  std::vector<PciAddress> functions;  ///< that it stands for; of a folded row more than one
  bool is_function = false;           ///< it stands for one, and can be chosen
  std::string title, description;     ///< "" none
  std::string label;                  ///< all that it says
};

struct Line {
  std::vector<Point> points;
  Tone tone = Tone::rail;
  bool broken = false, arrow = false;
  std::optional<Point> cross;
};

/// The name of a branch of the tree, and the bridges that it stands for.
struct Branch {
  Words words;
  std::string whole;
  std::vector<PciAddress> bridges;
};

struct Outline {
  std::optional<Rect> place;  ///< absent: words alone
  Words words;
  std::string whole;  ///< what the words say, uncut
};

struct Picture {
  int width = 0, height = 0;
  std::string title, description;
  std::vector<Rect> lanes;
  std::vector<Words> words;
  std::vector<Branch> branches;
  std::vector<Line> rails, lines;  ///< rails lie below the boxes, lines above
  std::vector<Box> boxes;
  std::vector<Outline> outlines;
};

}  // namespace pci_passthrough::picture
