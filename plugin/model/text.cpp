#include "plugin/model/text.hpp"

#include <algorithm>
#include <boost/json/serialize.hpp>
#include <cstdint>

#include "plugin/pci/utf8.hpp"

namespace pci_passthrough {
namespace {

constexpr char digits[] = "0123456789abcdef";

void append_hex(std::string& text, std::uint32_t value, int count) {
  while (count-- > 0) text += digits[value >> 4 * count & 0xf];
}

void append_unit(std::string& text, std::uint32_t utf16_unit) {
  text += "\\u";
  append_hex(text, utf16_unit, 4);
}

void append_escaped(std::string& text, char32_t c) {
  if (c < 0x10000) return append_unit(text, c);
  append_unit(text, 0xd800 + ((c - 0x10000) >> 10));
  append_unit(text, 0xdc00 + (c & 0x3ff));
}

bool is_plain(char c) { return c >= ' ' && c < 0x7f; }

bool is_control(char32_t c) { return c < 0x20 || (c >= 0x7f && c < 0xa0); }

/// Printable ASCII is copied; append(result, character, its bytes) writes each of the others.
template <typename Append>
std::string rewritten(std::string_view text, Append append) {
  std::string result;
  result.reserve(text.size());
  for (;;) {
    const auto plain = std::find_if_not(text.begin(), text.end(), is_plain) - text.begin();
    result += text.substr(0, plain);
    text.remove_prefix(plain);
    if (text.empty()) return result;
    const auto c = first_character(text);
    append(result, c, text.substr(0, c.size));
    text.remove_prefix(c.size);
  }
}

}  // namespace

std::string valid_text(std::string_view bytes) {
  return rewritten(bytes, [](std::string& text, const Utf8Character& c, std::string_view as_it_is) {
    text += c.valid && is_xml_character(c.value) ? as_it_is : "\xef\xbf\xbd";
  });
}

std::string printable(std::string_view text) {
  return rewritten(text, [](std::string& result, const Utf8Character& c, std::string_view bytes) {
    if (c.valid && !is_control(c.value) && is_xml_character(c.value)) {
      result += bytes;
      return;
    }
    for (const char byte : bytes) {
      result += "\\x";
      append_hex(result, static_cast<std::uint8_t>(byte), 2);
    }
  });
}

std::string in_ascii(std::string_view json) {
  return rewritten(json, [](std::string& text, const Utf8Character& c, std::string_view) {
    append_escaped(text, c.valid ? c.value : 0xfffd);
  });
}

std::string ascii_json(const boost::json::value& value) {
  return in_ascii(boost::json::serialize(value));
}

std::string counted(std::size_t count, std::string_view what) {
  return std::to_string(count) + " " + std::string(what) + (count == 1 ? "" : "s");
}

std::string line_of(std::string text) {
  text.erase(text.find_last_not_of(" \t\n") + 1);
  return text;
}

std::string texts(std::span<const PciAddress> addresses, std::string_view between) {
  std::vector<std::string> all;
  for (const auto& address : addresses) all.push_back(address.text());
  return joined(all, between);
}

}  // namespace pci_passthrough
