#pragma once

#include <string>
#include <string_view>

#include "plugin/picture/shapes.hpp"

namespace pci_passthrough::picture {

struct FaceRow {
  double size;
  bool bold, fixed;
};
const FaceRow& row_of(Face face);

/// How wide this is at most, whatever sans-serif face draws it: by DejaVu Sans, the widest of those
/// that the picture asks for. A guess where a character is none of Europe's.
int width_of(std::string_view text, Face face);
/// Is that width a guess? Then the writing has the drawer keep to it.
bool is_guessed(std::string_view text);

/// The text, or its beginning and "…", so that it is at most this wide.
std::string fitted(std::string_view text, Face face, int room);

/// One line of valid text: no control character, none that turns the direction of what follows.
std::string plain_line(std::string_view text);

}  // namespace pci_passthrough::picture
