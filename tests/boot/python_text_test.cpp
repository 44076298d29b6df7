#include "plugin/boot/python_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plugin/pci/utf8.hpp"
#include "tests/boot/dice.hpp"

namespace pci_passthrough {
namespace {

const PythonText python2(PlatformTools::python2), python3(PlatformTools::python3);

std::string utf8(char32_t c) {
  if (c < 0x80) return {static_cast<char>(c)};
  std::string text;
  const unsigned more = c < 0x800 ? 1 : c < 0x10000 ? 2 : 3;
  text += static_cast<char>((0xf00u >> (more + 1) & 0xffu) | c >> 6 * more);
  for (unsigned i = more; i-- > 0;) text += static_cast<char>(0x80 | (c >> 6 * i & 0x3f));
  return text;
}

// python3 -c 'print([hex(c) for c in range(0x110000) if chr(c).isspace()])'
constexpr char32_t python_blanks[] = {
    0x9,    0xa,    0xb,    0xc,    0xd,    0x1c,   0x1d,   0x1e,   0x1f,   0x20,
    0x85,   0xa0,   0x1680, 0x2000, 0x2001, 0x2002, 0x2003, 0x2004, 0x2005, 0x2006,
    0x2007, 0x2008, 0x2009, 0x200a, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000};

TEST(PythonText, EachCharacterIsABlankWhereItIsOneToPython) {
  for (char32_t c = 0; c < 0x110000; ++c) {
    if (c >= 0xd800 && c < 0xe000) continue;
    const auto text = utf8(c);
    ASSERT_EQ(first_character(text).value, c);
    const bool is_blank = std::ranges::find(python_blanks, c) != std::end(python_blanks);
    ASSERT_EQ(python3.stripped(text).empty(), is_blank) << static_cast<unsigned>(c);
    ASSERT_EQ(python3.stripped("x" + text) == "x", is_blank) << static_cast<unsigned>(c);
    ASSERT_EQ(python3.split("a" + text + "b", 3).size(), is_blank ? 2u : 1u)
        << static_cast<unsigned>(c);
    ASSERT_EQ(python2.stripped(text).empty(), is_blank && c < 0x80 && (c < 0x1c || c == ' '));
  }
}

TEST(PythonText, WhatIsStrippedEndsWithTheLastThatIsNoBlank) {
  Dice dice{std::mt19937(17)};
  const std::vector<std::string> some = {" ", "\t",     "\u2003", "\u00a0", "\u0085",
                                         "a", "\u00c5", "\u2026", "\ufffd", "\x80"};
  for (int i = 0; i < 20000; ++i) {
    std::string text, kept;
    for (auto left = dice.below(9); left > 0; --left) {
      const auto& one = some[dice.below(some.size())];
      text += one;
      if (!python3.stripped(one).empty()) kept = text;
    }
    ASSERT_EQ(python3.right_stripped(text), kept);
  }
}

}  // namespace
}  // namespace pci_passthrough
