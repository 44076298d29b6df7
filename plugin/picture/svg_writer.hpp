#pragma once

#include <fmt/format.h>

#include <iterator>
#include <string>
#include <utility>

#include "plugin/picture/shapes.hpp"

namespace pci_passthrough::picture {

/// Writes elements behind one another, each with the attributes that make it look right without a
/// style sheet.
class Svg {
 public:
  template <typename... Parts>
  void add(fmt::format_string<Parts...> form, Parts&&... parts) {
    fmt::format_to(std::back_inserter(text_), form, std::forward<Parts>(parts)...);
  }

  /// A group of this tone: its ink is the colour of all that says currentColor.
  void open(Tone tone, std::string_view more = "");
  void close() { text_ += "</g>"; }

  void rect(const Rect& place, Tone tone, int round, bool is_whole = false);
  void words(const Words& words, std::optional<Tone> inside = {});
  void told(std::string_view title, std::string_view description);
  void line(const Line& line);
  /// Those of one tone in one path.
  void rails(const std::vector<Line>& lines);
  void box(const Box& box);

  std::string take() { return std::move(text_); }

 private:
  void lock(const Rect& place);
  void lamp(const Box& box);

  std::string text_;
};

}  // namespace pci_passthrough::picture
