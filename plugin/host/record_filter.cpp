#include "plugin/host/record_filter.hpp"

#include <algorithm>
#include <utility>

namespace pci_passthrough {
namespace {

constexpr std::size_t most_held = 4 << 20;
constexpr std::size_t reply = 1, records = 2, record = 3, map = 4;  ///< depths

}  // namespace

bool RecordFilter::is_root() const {
  const bool of_result = depth_ == (each ? records : reply) && member_ == "result";
  return of_result || (depth_ == reply && member_ == "error");
}

bool RecordFilter::hold(Text text, Error& ec) {
  held_ += text.size();
  if (held_ > most_held) {
    parse_error = "one record of the reply is larger than 4 MB";
    ec = boost::json::error::exception;
    return false;
  }
  text_.append(text.data(), text.size());
  return true;
}

bool RecordFilter::keeps(std::string_view key) {
  if (!each || member_ != "result") return true;
  if (depth_ == record) {
    field_ = key;
    return std::ranges::any_of(fields, [&](std::string_view field) {
      return field == key || (field.starts_with(key) && field.substr(key.size()).starts_with('.'));
    });
  }
  if (depth_ != map || std::ranges::find(fields, field_) != fields.end()) return true;
  return std::ranges::find(fields, field_ + "." + std::string(key)) != fields.end();
}

bool RecordFilter::on_key(Text text, std::size_t, Error& ec) {
  if (!hold(text, ec)) return false;
  const std::string key = std::exchange(text_, {});
  if (dropped_depth_ > 0) return true;
  if (depth_ == reply) member_ = key;
  if (depth_ == records && !building_) ref_ = key;
  drop_next_ = !keeps(key);
  if (!building_) held_ = 0;
  if (building_ && !drop_next_) stack_.push_key(key);
  return true;
}

/// Drops, or makes room for, the value that begins.
bool RecordFilter::scalar_begins() {
  if (dropped()) {
    if (dropped_depth_ == 0) drop_next_ = false;
    return false;
  }
  if (!building_ && is_root()) {
    stack_.reset();
    building_ = true;
    root_depth_ = depth_;
    held_ = 0;
  }
  return building_;
}

bool RecordFilter::begin() {
  if (dropped()) {
    drop_next_ = false;
    ++dropped_depth_;
    return true;
  }
  if (scalar_begins()) counts_.push_back(0);
  ++depth_;
  return true;
}

bool RecordFilter::end(bool object, Error& ec) {
  if (dropped_depth_ > 0) {
    --dropped_depth_;
    return true;
  }
  --depth_;
  if (!building_) return true;
  const auto count = counts_.back();
  counts_.pop_back();
  object ? stack_.push_object(count) : stack_.push_array(count);
  return value_ends(ec);
}

bool RecordFilter::value_ends(Error& ec) {
  constexpr std::size_t of_a_value = 16;
  if (!counts_.empty()) {
    ++counts_.back();
    held_ += of_a_value;
    return hold({}, ec);
  }
  building_ = false;
  deliver(stack_.release());
  return true;
}

void RecordFilter::deliver(boost::json::value value) {
  if (member_ == "error")
    error = std::move(value);
  else if (!each)
    result = std::move(value);
  else if (value.is_object())
    (*each)(ref_, std::move(value.get_object()));
  else
    has_other_than_records = true;
}

bool RecordFilter::on_string(Text text, std::size_t, Error& ec) {
  if (dropped()) {
    text_.clear();
    return scalar_begins() || true;
  }
  if (!hold(text, ec)) return false;
  const std::string whole = std::exchange(text_, {});
  if (!scalar_begins()) return true;
  stack_.push_string(whole);
  return value_ends(ec);
}

bool RecordFilter::on_bool(bool value, Error& ec) {
  if (!scalar_begins()) return true;
  stack_.push_bool(value);
  return value_ends(ec);
}

bool RecordFilter::on_null(Error& ec) {
  if (!scalar_begins()) return true;
  stack_.push_null();
  return value_ends(ec);
}

}  // namespace pci_passthrough
