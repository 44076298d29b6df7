#pragma once

#include <span>
#include <string>
#include <string_view>

#include "plugin/picture/shapes.hpp"

namespace pci_passthrough::picture {

/// Colours as "#1d2733"; a fill or border of "none" where there is none.
struct Paint {
  std::string_view ink, fill, border;
};

/// What a tone looks like by day and at night.
struct PaletteRow {
  std::string_view name;  ///< its class
  Paint day, night;
  std::string_view dashes;  ///< of the border; "" whole
};
std::span<const PaletteRow> palette();
const PaletteRow& row_of(Tone tone);

/// What turns the picture dark where the reader's screen is, and spares ink on paper.
std::string style_sheet();

}  // namespace pci_passthrough::picture
