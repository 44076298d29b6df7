#pragma once

#include <boost/json/error.hpp>
#include <boost/json/value_stack.hpp>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/reply_reader.hpp"

namespace pci_passthrough {

/// The events of a reply's JSON (boost::json::basic_parser), turned into values as soon as one is
/// whole: the error; the result, or each of its records with the fields that are kept. What is
/// dropped takes no memory.
class RecordFilter {
 public:
  using Text = boost::json::string_view;
  using Error = boost::json::error_code;
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  boost::json::value result, error;
  std::string parse_error;
  Fields fields{};
  const EachRecord* each = nullptr;  ///< null: the result is one value
  bool has_records = false;          ///< the result is a map
  bool has_other_than_records = false;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) {
    has_records |= !dropped() && depth_ == reply_depth && member_ == "result";
    return begin();
  }
  bool on_object_end(std::size_t, Error& ec) { return end(true, ec); }
  bool on_array_begin(Error&) { return begin(); }
  bool on_array_end(std::size_t, Error& ec) { return end(false, ec); }
  bool on_key_part(Text text, std::size_t, Error& ec) { return hold(text, ec); }
  bool on_key(Text text, std::size_t, Error& ec);
  bool on_string_part(Text text, std::size_t, Error& ec) { return dropped() || hold(text, ec); }
  bool on_string(Text text, std::size_t, Error& ec);
  bool on_number_part(Text, Error&) { return true; }
  bool on_int64(std::int64_t value, Text, Error& ec) { return number(value, ec); }
  bool on_uint64(std::uint64_t value, Text, Error& ec) { return number(value, ec); }
  bool on_double(double value, Text, Error& ec) { return number(value, ec); }
  bool on_bool(bool value, Error& ec);
  bool on_null(Error& ec);
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  static constexpr std::size_t reply_depth = 1;

  template <typename Number>
  bool number(Number value, Error& ec) {
    if (!scalar_begins()) return true;
    if constexpr (std::is_same_v<Number, double>)
      stack_.push_double(value);
    else if constexpr (std::is_same_v<Number, std::int64_t>)
      stack_.push_int64(value);
    else
      stack_.push_uint64(value);
    return value_ends(ec);
  }

  bool begin();
  bool end(bool object, Error& ec);
  bool scalar_begins();
  bool value_ends(Error& ec);
  bool hold(Text text, Error& ec);
  bool keeps(std::string_view key);
  bool dropped() const { return drop_next_ || dropped_depth_ > 0; }
  /// Is the value that begins at this depth one that is delivered for itself?
  bool is_root() const;
  void deliver(boost::json::value value);

  boost::json::value_stack stack_;
  std::vector<std::size_t> counts_;  ///< of the open containers on the stack: values in each
  std::string text_, member_, ref_, field_;
  std::size_t depth_ = 0, root_depth_ = 0, held_ = 0, dropped_depth_ = 0;
  bool drop_next_ = false, building_ = false;
};

}  // namespace pci_passthrough
