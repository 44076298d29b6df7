#include "plugin/picture/palette.hpp"
#include "plugin/picture/picture.hpp"
#include "plugin/picture/svg_writer.hpp"

namespace pci_passthrough::picture {

std::string svg_of(const Picture& picture, bool styled) {
  Svg svg;
  svg.add(
      "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{0}\" height=\"{1}\" viewBox=\"0 0 {0} "
      "{1}\" font-family=\"Segoe UI,DejaVu Sans,Arial,sans-serif\" font-size=\"11.5\" "
      "role=\"group\">",
      picture.width, picture.height);
  svg.told(picture.title, picture.description);
  if (styled) svg.add("<style>{}</style>", style_sheet());
  svg.open(Tone::page);
  svg.rect({0, 0, picture.width, picture.height}, Tone::page, 0);
  svg.close();
  for (const auto& lane : picture.lanes) {
    svg.open(Tone::lane);
    svg.rect(lane, Tone::lane, 10);
    svg.close();
  }
  svg.rails(picture.rails);
  for (const auto& words : picture.words) svg.words(words);
  for (const auto& branch : picture.branches) {
    svg.open(Tone::rail);
    svg.told(branch.whole, "");
    svg.words(branch.words, Tone::rail);
    svg.close();
  }
  for (const auto& box : picture.boxes) svg.box(box);
  for (const auto& outline : picture.outlines) {
    svg.open(Tone::group);
    svg.told(outline.whole, "");
    if (outline.place) svg.rect(*outline.place, Tone::group, 9);
    svg.words(outline.words, Tone::group);
    svg.close();
  }
  for (const auto& line : picture.lines) svg.line(line);
  svg.add("</svg>");
  return svg.take();
}

std::string picture_of(const Listing& listing, const Options& options) {
  return svg_of(options.narrow ? narrow_picture(listing) : wide_picture(listing), options.styled);
}

}  // namespace pci_passthrough::picture
