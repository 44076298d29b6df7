#pragma once

#include <boost/json/object.hpp>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>

namespace pci_passthrough {

/// Takes a reply piece by piece. No piece ends within a character.
using Output = std::function<void(std::string_view)>;

/// JSON in ASCII on one line, as ascii_json() writes it, handed over while it is written: what is
/// written is forgotten. A member's name is one of ours.
class JsonWriter {
 public:
  explicit JsonWriter(const Output& output) : output_(output) {}
  JsonWriter(const JsonWriter&) = delete;

  void begin_object() { open('{'); }
  void end_object() { close('}'); }
  void begin_array() { open('['); }
  void end_array() { close(']'); }
  JsonWriter& key(std::string_view name);
  void text(std::string_view bytes);
  void number(std::int64_t value);
  void boolean(bool value) { raw(value ? "true" : "false"); }
  void null() { raw("null"); }
  /// A value that is JSON in ASCII already.
  void raw(std::string_view json);
  /// Hands over what is left.
  void flush();

 private:
  void part();
  void open(char bracket);
  void close(char bracket);

  const Output& output_;
  std::string buffer_;
  bool needs_comma_ = false;
};

/// The same of JSON that is there already, without its text as a whole.
void write_json(const boost::json::object& json, const Output& output);

}  // namespace pci_passthrough
