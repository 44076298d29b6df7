#include "plugin/picture/faces.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

#include "plugin/model/text.hpp"

namespace pci_passthrough::picture {
namespace {

constexpr FaceRow faces[] = {{17, true, false}, {13.5, true, false},  {12.5, true, false},
                             {12, true, false}, {11.5, false, false}, {11, false, true},
                             {11, true, false}, {11, true, false},    {10.5, false, false}};

/// Hundredths of an em of " " to "~", of DejaVu Sans and its bold.
constexpr unsigned char regular[] = {
    32, 41, 46, 84, 64, 96, 78, 28, 40,  40, 50, 84, 32, 37, 32, 34, 64, 64, 64, 64, 64, 64, 64, 64,
    64, 64, 34, 34, 84, 84, 84, 54, 102, 69, 69, 73, 78, 67, 61, 78, 76, 30, 50, 67, 56, 87, 75, 79,
    67, 79, 73, 67, 62, 74, 69, 99, 69,  67, 69, 40, 34, 40, 84, 56, 50, 62, 64, 55, 64, 62, 36, 64,
    64, 28, 28, 58, 28, 98, 64, 62, 64,  64, 42, 53, 40, 64, 60, 82, 60, 60, 53, 64, 34, 64, 84};
constexpr unsigned char bold[] = {
    35, 46,  53, 84, 70, 101, 88, 31,  46, 46, 53, 84, 38, 42,  38, 37, 70, 70,  70,
    70, 70,  70, 70, 70, 70,  70, 40,  40, 84, 84, 84, 59, 102, 78, 77, 74, 84,  69,
    69, 83,  84, 38, 56, 78,  64, 100, 84, 86, 74, 86, 78, 73,  69, 82, 78, 111, 78,
    73, 73,  46, 37, 46, 84,  56, 50,  68, 72, 60, 72, 68, 44,  72, 72, 35, 35,  67,
    35, 105, 72, 69, 72, 72,  50, 60,  48, 72, 66, 93, 65, 66,  60, 72, 37, 72,  84};
constexpr int fixed_width = 61;

/// The next character of valid UTF-8; its bytes are taken off.
char32_t take(std::string_view& text) {
  const auto first = static_cast<unsigned char>(text[0]);
  const std::size_t size = first < 0x80 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  char32_t character = size == 1 ? first : first & (0xff >> (size + 1));
  for (std::size_t i = 1; i < size && i < text.size(); ++i)
    character = character << 6 | (static_cast<unsigned char>(text[i]) & 0x3f);
  text.remove_prefix(std::min(size, text.size()));
  return character;
}

bool is_of_punctuation(char32_t c) { return c >= 0x2010 && c <= 0x203a && c != 0x2031; }

int hundredths(char32_t c, const FaceRow& face) {
  if (face.fixed) return c < 0x250 ? fixed_width : 105;
  if (c >= ' ' && c <= '~') return (face.bold ? bold : regular)[c - ' '];
  if (c < 0x250) return face.bold ? 109 : 100;
  if (is_of_punctuation(c)) return 100;
  return c < 0x1100 ? 75 : 105;
}

/// Controls, and the marks that turn or hide what follows them.
bool is_unshowable(char32_t c) {
  return c < ' ' || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x61c ||
         (c >= 0x200b && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
         (c >= 0x2060 && c <= 0x206f) || (c >= 0xfe00 && c <= 0xfe0f) || c == 0xfeff ||
         (c >= 0xe0000 && c <= 0xe0fff);
}

}  // namespace

const FaceRow& row_of(Face face) { return faces[static_cast<int>(face)]; }

int width_of(std::string_view text, Face face) {
  const auto& row = row_of(face);
  int sum = 0;
  while (!text.empty()) sum += hundredths(take(text), row);
  return static_cast<int>(std::ceil(sum * row.size / 100));
}

bool is_guessed(std::string_view text) {
  while (!text.empty())
    if (const auto c = take(text); c >= 0x250 && !is_of_punctuation(c)) return true;
  return false;
}

std::string fitted(std::string_view text, Face face, int room) {
  if (width_of(text, face) <= room) return std::string(text);
  const auto& row = row_of(face);
  const double most = (room - row.size) * 100 / row.size;
  int sum = 0;
  std::string_view rest = text;
  std::size_t fits = 0;
  while (!rest.empty()) {
    sum += hundredths(take(rest), row);
    if (sum > most) break;
    fits = text.size() - rest.size();
  }
  auto cut = std::string(text.substr(0, fits));
  while (!cut.empty() && (cut.back() == ' ' || cut.back() == ',')) cut.pop_back();
  return cut + "\u2026";
}

std::string plain_line(std::string_view text) {
  const auto valid = valid_text(text);
  std::string line;
  for (std::string_view rest = valid; !rest.empty();) {
    const auto before = rest;
    if (is_unshowable(take(rest)))
      line += "\ufffd";
    else
      line += before.substr(0, before.size() - rest.size());
  }
  return line;
}

}  // namespace pci_passthrough::picture
