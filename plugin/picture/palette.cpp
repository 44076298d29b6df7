#include "plugin/picture/palette.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr PaletteRow rows[] = {
    {"page", {"#1d2733", "#fbfbfa", "none"}, {"#e6eaef", "#14181d", "none"}, ""},
    {"lane", {"#1d2733", "#eef1f3", "none"}, {"#e6eaef", "#1c2127", "none"}, ""},
    {"ink", {"#1d2733", "none", "none"}, {"#e6eaef", "none", "none"}, ""},
    {"aside", {"#566270", "none", "none"}, {"#a9b4c0", "none", "none"}, ""},
    {"rail", {"#566270", "none", "#7e8995"}, {"#a9b4c0", "none", "#77828e"}, ""},
    {"free", {"#1d2733", "#ffffff", "#7e8995"}, {"#e6eaef", "#262d35", "#7d8895"}, ""},
    {"needed", {"#ffffff", "#37424e", "#37424e"}, {"#14181d", "#c9d1d9", "#c9d1d9"}, ""},
    {"hidden", {"#0d4a3e", "#d7efe9", "#1d7f6c"}, {"#cdf3e8", "#143f36", "#3fae96"}, ""},
    {"pending", {"#7d4a00", "#fff6e6", "#9a5b00"}, {"#ffcb66", "#2b2415", "#e0a63a"}, "5 4"},
    {"untold", {"#4a5561", "#fbfbfa", "#6d7783"}, {"#c3ccd6", "#14181d", "#8f9aa6"}, "2 4"},
    {"folded", {"#566270", "none", "#7e8995"}, {"#a9b4c0", "none", "#77828e"}, "1 3"},
    {"vm", {"#22327a", "#e4e9fb", "#3f57b5"}, {"#dbe2ff", "#273059", "#8296f0"}, ""},
    {"taking", {"#a01f18", "#fde8e6", "#b3261e"}, {"#ffc4bd", "#4a1a18", "#ff8a80"}, ""},
    {"group", {"#6647ad", "none", "#7a5cc0"}, {"#c3aeff", "none", "#b59cff"}, ""},
};

std::string rule(const PaletteRow& row, const Paint& paint) {
  const std::string name = "." + std::string(row.name);
  auto css = name + "{color:" + std::string(paint.ink) + "}";
  std::string box;
  if (paint.fill != "none") box += "fill:" + std::string(paint.fill);
  if (paint.border != "none")
    box += (box.empty() ? "" : ";") + std::string("stroke:") + std::string(paint.border);
  if (!box.empty()) css += name + ">.b{" + box + "}";
  if (paint.border != "none") css += name + ">.h{fill:" + std::string(paint.border) + "}";
  return css;
}

}  // namespace

std::span<const PaletteRow> palette() { return rows; }

const PaletteRow& row_of(Tone tone) { return rows[static_cast<int>(tone)]; }

std::string style_sheet() {
  std::string css =
      "[tabindex]:focus{outline:none}[tabindex]:focus>.b{stroke-width:3}@media screen and "
      "(prefers-color-scheme:dark){";
  for (const auto& row : rows) css += rule(row, row.night);
  css += "}@media print{.page>.b{fill:#fff}.lane>.b{fill:#fff;stroke:#7e8995}";
  return css + "svg{print-color-adjust:exact;-webkit-print-color-adjust:exact}}";
}

}  // namespace pci_passthrough::picture
