#pragma once

#include <string>

#include "plugin/model/listing.hpp"
#include "plugin/picture/shapes.hpp"

namespace pci_passthrough::picture {

struct Options {
  bool narrow = false;  ///< one list, the holders as headings: for less than 720 px
  bool styled = true;   ///< with a style sheet for dark screens and paper
};

/// Tree at the left, and three lanes: dom0 has it, hidden, VMs. 1280 px wide.
Picture wide_picture(const Listing& listing);
/// 360 px wide.
Picture narrow_picture(const Listing& listing);

/// One line of SVG: no script, no reference, the same bytes for the same listing.
std::string svg_of(const Picture& picture, bool styled = true);
std::string picture_of(const Listing& listing, const Options& options = {});

}  // namespace pci_passthrough::picture
