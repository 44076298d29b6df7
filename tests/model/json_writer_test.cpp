#include "plugin/model/json_writer.hpp"

#include <gtest/gtest.h>

#include <boost/json.hpp>
#include <random>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

void write(JsonWriter& writer, const json::value& value) {
  if (const auto* object = value.if_object()) {
    writer.begin_object();
    for (const auto& [name, member] : *object) write(writer.key(name), member);
    writer.end_object();
  } else if (const auto* array = value.if_array()) {
    writer.begin_array();
    for (const auto& element : *array) write(writer, element);
    writer.end_array();
  } else if (const auto* text = value.if_string()) {
    writer.text(*text);
  } else if (value.is_int64()) {
    writer.number(value.get_int64());
  } else if (value.is_bool()) {
    writer.boolean(value.get_bool());
  } else {
    writer.null();
  }
}

std::string any_text(std::mt19937& random) {
  constexpr std::string_view parts[] = {
      "a",    " ",           "\"",       "\\",
      "/",    "\n",          "\t",       std::string_view("\0", 1),
      "\x1f", "\x7f",        "\xc3\xa9", "\xf0\x9f\x98\x80",
      "\xff", "\xed\xa0\x80"};
  std::string text;
  for (auto count = random() % 6; count > 0; --count) text += parts[random() % std::size(parts)];
  return text;
}

json::value any_value(std::mt19937& random, int depth) {
  switch (random() % (depth > 0 ? 7 : 5)) {
    case 0:
      return nullptr;
    case 1:
      return random() % 2 == 0;
    case 2:
      return static_cast<std::int64_t>(random()) - (1LL << 31);
    case 3:
    case 4:
      return json::value(any_text(random));
    case 5: {
      json::array all;
      for (auto count = random() % 4; count > 0; --count)
        all.push_back(any_value(random, depth - 1));
      return all;
    }
    default: {
      json::object all;
      for (auto count = random() % 4; count > 0; --count)
        all["member_" + std::to_string(count)] = any_value(random, depth - 1);
      return all;
    }
  }
}

TEST(JsonWriter, WritesWhatAsciiJsonWrites) {
  std::mt19937 random(18);
  for (int round = 0; round < 2000; ++round) {
    const auto value = any_value(random, 4);
    std::string text;
    const Output output = [&](std::string_view piece) { text += piece; };
    JsonWriter writer(output);
    write(writer, value);
    writer.flush();
    ASSERT_EQ(text, ascii_json(value));
    text.clear();
    const json::object whole = {{"value", value}};
    write_json(whole, output);
    ASSERT_EQ(text, ascii_json(whole));
  }
}

TEST(JsonWriter, CutsNoCharacterOfATreeThatIsThere) {
  std::mt19937 random(19);
  json::object whole;
  for (int i = 0; i < 300; ++i) {
    std::string member(random() % 4, 'x');
    for (auto count = random() % 2000; count > 0; --count) member += any_text(random);
    whole[std::to_string(i)] = member;
  }
  std::string text;
  std::size_t pieces = 0;
  write_json(whole, [&](std::string_view piece) {
    text += piece;
    ++pieces;
  });
  EXPECT_EQ(text, ascii_json(whole));
  EXPECT_GT(pieces, 10u);
}

TEST(JsonWriter, HoldsNoMoreThanItHasToHandOver) {
  std::size_t most = 0, all = 0;
  const Output output = [&](std::string_view piece) {
    most = std::max(most, piece.size());
    all += piece.size();
  };
  JsonWriter writer(output);
  writer.begin_array();
  for (int i = 0; i < 100000; ++i) writer.text("0000:06:00.0");
  writer.end_array();
  writer.flush();
  EXPECT_EQ(all, 100000 * (sizeof "0000:06:00.0" + 2) + 1);
  EXPECT_LT(most, 1u << 16);
}

}  // namespace
}  // namespace pci_passthrough
