#include "plugin/model/text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/parse.hpp>
#include <random>

#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

std::string utf8(char32_t c) {
  const auto tail = [c](int shift) { return static_cast<char>(0x80 | (c >> shift & 0x3f)); };
  const auto head = [c](int mark, int shift) { return static_cast<char>(mark | c >> shift); };
  if (c < 0x80) return {static_cast<char>(c)};
  if (c < 0x800) return {head(0xc0, 6), tail(0)};
  if (c < 0x10000) return {head(0xe0, 12), tail(6), tail(0)};
  return {head(0xf0, 18), tail(12), tail(6), tail(0)};
}

TEST(Utf8, ReadsEveryCharacterAndNoSurrogate) {
  for (char32_t c = 0; c < 0x110100; ++c) {
    const std::string bytes = utf8(c);
    const auto read = first_character(bytes + "x");
    const bool is_character = c < 0x110000 && (c < 0xd800 || c > 0xdfff);
    ASSERT_EQ(read.valid, is_character) << std::hex << static_cast<unsigned>(c);
    if (!is_character) continue;
    ASSERT_EQ(read.value, c);
    ASSERT_EQ(read.size, bytes.size());
    if (bytes.size() > 1) {
      ASSERT_FALSE(first_character(bytes.substr(0, bytes.size() - 1)).valid);
    }
  }
}

struct Rewritten {
  std::string bytes, valid, printed, json;
};

const std::string mark = "\xef\xbf\xbd";

const Rewritten rows[] = {
    {"", "", "", R"("")"},
    {"a <&>\" b", "a <&>\" b", "a <&>\" b", R"("a <&>\" b")"},
    {"tab\t lf\n cr\r", "tab\t lf\n cr\r", R"(tab\x09 lf\x0a cr\x0d)", R"("tab\t lf\n cr\r")"},
    {std::string("\0\x01\x1b\x7f", 4), mark + mark + mark + "\x7f", R"(\x00\x01\x1b\x7f)",
     R"("\u0000\u0001\u001b\u007f")"},
    {"\xc2\x9b", "\xc2\x9b", R"(\xc2\x9b)", R"("\u009b")"},
    {"\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac", "\xc3\xa9\xe2\x82\xac", R"("\u00e9\u20ac")"},
    {"\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", "\xf0\x9f\x98\x80", R"("\ud83d\ude00")"},
    {"\xef\xbf\xbe", mark, R"(\xef\xbf\xbe)", R"("\ufffe")"},
    {"a\xff"
     "b",
     "a" + mark + "b", R"(a\xffb)", R"("a\ufffdb")"},
    {"\xc0\x80", mark + mark, R"(\xc0\x80)", R"("\ufffd\ufffd")"},
    {"\xed\xa0\x80", mark + mark + mark, R"(\xed\xa0\x80)", R"("\ufffd\ufffd\ufffd")"},
    {"\xf0\x9f\x98!", mark + "!", R"(\xf0\x9f\x98!)", R"("\ufffd!")"},
    {"\xe2\x82", mark, R"(\xe2\x82)", R"("\ufffd")"},
};

TEST(Text, IsRewrittenForXmlForPeopleAndForJson) {
  for (const auto& row : rows) {
    SCOPED_TRACE(row.json);
    EXPECT_EQ(valid_text(row.bytes), row.valid);
    EXPECT_EQ(printable(row.bytes), row.printed);
    EXPECT_EQ(ascii_json(boost::json::value(row.bytes)), row.json);
  }
}

TEST(Text, AnyBytesBecomeXmlCharactersAndAsciiJsonOfTheSameMeaning) {
  std::mt19937 random(1);
  for (int round = 0; round < 2000; ++round) {
    std::string bytes;
    for (auto left = random() % 40; left-- > 0;) {
      bytes +=
          random() % 2 ? utf8(random() % 0x11000) : std::string(1, static_cast<char>(random()));
    }
    const std::string valid = valid_text(bytes);
    for (std::string_view rest = valid; !rest.empty();) {
      const auto c = first_character(rest);
      ASSERT_TRUE(c.valid && is_xml_character(c.value));
      rest.remove_prefix(c.size);
    }
    EXPECT_EQ(valid_text(valid), valid);
    const std::string json = ascii_json(boost::json::value(bytes));
    EXPECT_TRUE(std::all_of(json.begin(), json.end(), [](char c) { return c >= ' ' && c < 0x7f; }));
    const auto read = boost::json::parse(json).as_string();
    EXPECT_EQ(valid_text(std::string_view(read)), valid) << json;
  }
}

TEST(Text, Joins) {
  EXPECT_EQ(joined(std::vector<std::string>{}), "");
  EXPECT_EQ(joined(std::vector<std::string>{"a", "b", "c"}), "a, b, c");
  EXPECT_EQ(joined(std::vector<std::string_view>{"a", "b"}, "/"), "a/b");
}

}  // namespace
}  // namespace pci_passthrough
