#include "plugin/picture/svg_writer.hpp"

#include <algorithm>

#include "plugin/picture/faces.hpp"
#include "plugin/picture/palette.hpp"

namespace pci_passthrough::picture {
namespace {

std::string escaped(std::string_view text) {
  std::string safe;
  for (const char c : plain_line(text)) switch (c) {
      case '&':
        safe += "&amp;";
        break;
      case '<':
        safe += "&lt;";
        break;
      case '>':
        safe += "&gt;";
        break;
      case '"':
        safe += "&quot;";
        break;
      default:
        safe += c;
    }
  return safe;
}

}  // namespace

void Svg::open(Tone tone, std::string_view more) {
  const auto& row = row_of(tone);
  add("<g class=\"{}\" color=\"{}\" fill=\"currentColor\"{}>", row.name, row.day.ink, more);
}

void Svg::rect(const Rect& place, Tone tone, int round, bool is_whole) {
  const auto& row = row_of(tone);
  add("<rect class=\"b\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"{}\" fill=\"{}\"",
      place.x, place.y, place.width, place.height, round, row.day.fill);
  if (row.day.border != "none")
    add(" stroke=\"{}\" stroke-width=\"{}\"", row.day.border, tone == Tone::group ? "1.8" : "1.2");
  if (!row.dashes.empty() && !is_whole) add(" stroke-dasharray=\"{}\"", row.dashes);
  text_ += "/>";
}

void Svg::words(const Words& words, std::optional<Tone> inside) {
  if (words.text.empty()) return;
  const auto& face = row_of(words.face);
  add("<text x=\"{}\" y=\"{}\"", words.at.x, words.at.y);
  if (words.face != Face::small) add(" font-size=\"{}\"", face.size);
  if (face.bold) text_ += " font-weight=\"600\"";
  if (face.fixed) text_ += " font-family=\"Consolas,DejaVu Sans Mono,monospace\"";
  if (words.anchor != Anchor::start)
    add(" text-anchor=\"{}\"", words.anchor == Anchor::end ? "end" : "middle");
  if (inside != words.tone) {
    const auto& row = row_of(words.tone);
    add(" class=\"{}\" color=\"{}\" fill=\"currentColor\"", row.name, row.day.ink);
  }
  if (is_guessed(words.text))
    add(" textLength=\"{}\" lengthAdjust=\"spacingAndGlyphs\"",
        std::min(width_of(words.text, words.face), words.room));
  add(">{}</text>", escaped(words.text));
}

void Svg::told(std::string_view title, std::string_view description) {
  if (!title.empty()) add("<title>{}</title>", escaped(title));
  if (!description.empty()) add("<desc>{}</desc>", escaped(description));
}

void Svg::line(const Line& line) {
  const auto& row = row_of(line.tone);
  open(line.tone);
  const auto from = line.points.front(), to = line.points.back();
  const int back = line.arrow ? to.x > from.x ? -7 : 7 : 0;
  add("<path class=\"b\" d=\"M{} {}L{} {}\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"",
      from.x, from.y, to.x + back, to.y, row.day.border, line.tone == Tone::rail ? 1.4 : 2.2);
  if (line.broken) text_ += " stroke-dasharray=\"6 4\"";
  text_ += "/>";
  if (line.arrow)
    add("<path class=\"h\" d=\"M{} {}l{} -5v10z\" fill=\"{}\"/>", to.x, to.y, back, row.day.border);
  if (line.cross)
    add("<path class=\"b\" d=\"M{} {}l12 12m0 -12l-12 12\" fill=\"none\" stroke=\"{}\" "
        "stroke-width=\"3\"/>",
        line.cross->x - 6, line.cross->y - 6, row.day.border);
  close();
}

void Svg::rails(const std::vector<Line>& lines) {
  for (std::size_t i = 0; i < lines.size();) {
    const auto tone = lines[i].tone;
    const bool is_broken = lines[i].broken;
    open(tone);
    text_ += "<path class=\"b\" d=\"";
    for (; i < lines.size() && lines[i].tone == tone && lines[i].broken == is_broken; ++i) {
      const auto from = lines[i].points.front(), to = lines[i].points.back();
      add("M{} {}", from.x, from.y);
      from.y == to.y ? add("H{}", to.x) : add("V{}", to.y);
    }
    add("\" fill=\"none\" stroke=\"{}\" stroke-width=\"{}\"", row_of(tone).day.border,
        tone == Tone::rail ? 1.4 : 2.2);
    if (is_broken) text_ += " stroke-dasharray=\"6 4\"";
    text_ += "/>";
    close();
  }
}

void Svg::lock(const Rect& place) {
  const int x = place.right() - 22, y = place.y + 12;
  add("<path d=\"M{} {}h12v8h-12zM{} {}v-3a3.5 3.5 0 0 1 7 0v3\" fill=\"none\" "
      "stroke=\"currentColor\" stroke-width=\"1.6\"/>",
      x, y, x + 3, y);
  add("<path d=\"M{} {}h12v8h-12z\" fill=\"currentColor\"/>", x, y);
}

void Svg::lamp(const Box& box) {
  add("<circle cx=\"{}\" cy=\"{}\" r=\"4.5\" fill=\"{}\" stroke=\"currentColor\" "
      "stroke-width=\"1.6\"/>",
      box.place.x + 18, box.place.y + 15, box.lamp == Lamp::on ? "currentColor" : "none");
}

void Svg::box(const Box& box) {
  std::string more;
  if (box.is_function)
    more = fmt::format(" tabindex=\"0\" focusable=\"true\" role=\"img\" data-address=\"{}\"",
                       box.functions.front().text());
  if (!box.label.empty() && box.is_function) more += " aria-label=\"" + escaped(box.label) + "\"";
  open(box.tone, more);
  told(box.title, box.description);
  rect(box.place, box.tone, box.round, box.is_badge);
  if (box.tile)
    add("<rect x=\"{}\" y=\"{}\" width=\"{}\" height=\"{}\" rx=\"4\" fill=\"none\" "
        "stroke=\"currentColor\"/>",
        box.tile->x, box.tile->y, box.tile->width, box.tile->height);
  if (box.locked) lock(box.place);
  if (box.lamp != Lamp::none) lamp(box);
  for (const auto& words : box.words) this->words(words, box.tone);
  close();
}

}  // namespace pci_passthrough::picture
