#include "plugin/model/json_writer.hpp"

#include <algorithm>
#include <boost/json/serializer.hpp>
#include <boost/json/value.hpp>
#include <charconv>

#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t enough = 1 << 15;  ///< bytes to be handed over at once

bool stands_as_it_is(char c) { return c >= ' ' && c < 0x7f && c != '"' && c != '\\'; }

}  // namespace

void JsonWriter::part() {
  if (buffer_.size() >= enough) flush();
  if (needs_comma_) buffer_ += ',';
  needs_comma_ = true;
}

void JsonWriter::open(char bracket) {
  part();
  buffer_ += bracket;
  needs_comma_ = false;
}

void JsonWriter::close(char bracket) {
  buffer_ += bracket;
  needs_comma_ = true;
}

JsonWriter& JsonWriter::key(std::string_view name) {
  part();
  ((buffer_ += '"') += name) += "\":";
  needs_comma_ = false;
  return *this;
}

void JsonWriter::text(std::string_view bytes) {
  if (!std::ranges::all_of(bytes, stands_as_it_is))
    return raw(ascii_json(boost::json::value(bytes)));
  part();
  ((buffer_ += '"') += bytes) += '"';
}

void JsonWriter::number(std::int64_t value) {
  char digits[24];
  const auto [end, error] = std::to_chars(digits, digits + sizeof digits, value);
  raw({digits, static_cast<std::size_t>(end - digits)});
}

void JsonWriter::raw(std::string_view json) {
  part();
  buffer_ += json;
}

void JsonWriter::flush() {
  output_(buffer_);
  buffer_.clear();
}

void write_json(const boost::json::object& json, const Output& output) {
  boost::json::serializer serializer;
  serializer.reset(&json);
  std::string text;
  char piece[enough];
  while (!serializer.done()) {
    text += serializer.read(piece);
    const auto ascii = std::ranges::find_if(
        text.rbegin(), text.rend(), [](char c) { return static_cast<unsigned char>(c) < 0x80; });
    const auto size = static_cast<std::size_t>(text.rend() - ascii);  // no character ends later
    output(in_ascii(std::string_view(text).substr(0, size)));
    text.erase(0, size);
  }
}

}  // namespace pci_passthrough
