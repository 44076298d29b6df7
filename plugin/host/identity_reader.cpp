#include "plugin/host/identity_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/value_stack.hpp>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>
#include <vector>

namespace pci_passthrough {
namespace json = boost::json;

/// Of boost::json::basic_parser. What stands beside the devices is passed over.
class DeviceReader::Events {
 public:
  using Text = json::string_view;
  using Error = json::error_code;
  static constexpr std::size_t max_object_size = std::numeric_limits<std::size_t>::max();
  static constexpr std::size_t max_array_size = max_object_size;
  static constexpr std::size_t max_key_size = max_object_size;
  static constexpr std::size_t max_string_size = max_object_size;

  Take take;
  bool has_devices = false;

  bool on_document_begin(Error&) { return true; }
  bool on_document_end(Error&) { return true; }
  bool on_object_begin(Error&) { return begin(); }
  bool on_array_begin(Error&) {
    if (depth_ == 1 && member_ == "devices") has_devices = in_devices_ = true;
    return begin();
  }
  bool on_object_end(std::size_t size, Error& ec) {
    if (in_device()) stack_.push_object(size);
    return end(ec);
  }
  bool on_array_end(std::size_t size, Error& ec) {
    if (in_device()) stack_.push_array(size);
    return end(ec);
  }
  bool on_key_part(Text text, std::size_t, Error& ec) { return hold(text, ec); }
  bool on_key(Text text, std::size_t, Error& ec) {
    if (!hold(text, ec)) return false;
    const auto key = std::exchange(text_, {});
    if (depth_ == 1) member_ = key;
    if (depth_ == 1 && key == "devices" && std::exchange(is_named_, true))
      ec = json::error::exception;  // which of them counts?
    if (in_device()) stack_.push_key(key);
    return !ec;
  }
  bool on_string_part(Text text, std::size_t, Error& ec) { return hold(text, ec); }
  bool on_string(Text text, std::size_t, Error& ec) {
    if (!hold(text, ec)) return false;
    const auto whole = std::exchange(text_, {});
    return scalar(ec, [&] { stack_.push_string(whole); });
  }
  bool on_number_part(Text, Error&) { return true; }
  bool on_int64(std::int64_t value, Text, Error& ec) {
    return scalar(ec, [&] { stack_.push_int64(value); });
  }
  bool on_uint64(std::uint64_t value, Text, Error& ec) {
    return scalar(ec, [&] { stack_.push_uint64(value); });
  }
  bool on_double(double value, Text, Error& ec) {
    return scalar(ec, [&] { stack_.push_double(value); });
  }
  bool on_bool(bool value, Error& ec) {
    return scalar(ec, [&] { stack_.push_bool(value); });
  }
  bool on_null(Error& ec) {
    return scalar(ec, [&] { stack_.push_null(); });
  }
  bool on_comment_part(Text, Error&) { return true; }
  bool on_comment(Text, Error&) { return true; }

 private:
  static constexpr std::size_t devices = 2;  ///< the depth at which each begins
  static constexpr std::size_t most_held = 4 << 20;

  bool in_device() const { return in_devices_ && depth_ > devices; }
  bool begin() {
    if (in_devices_ && depth_ == devices) stack_.reset();
    ++depth_;
    return true;
  }
  bool end(Error& ec) {
    --depth_;
    if (depth_ < devices) in_devices_ = false;
    return in_devices_ && depth_ == devices ? device_ends(ec) : true;
  }
  template <typename Push>
  bool scalar(Error& ec, Push push) {
    constexpr std::size_t of_a_value = 16;
    if (in_device()) push();
    if (in_devices_ && depth_ == devices) ec = json::error::exception;
    held_ += in_device() ? of_a_value : 0;
    return hold({}, ec);
  }
  bool device_ends(Error& ec) {
    held_ = 0;
    if (!take(stack_.release())) ec = json::error::exception;
    return !ec;
  }
  bool hold(Text text, Error& ec) {
    held_ += in_device() ? text.size() : 0;
    if (held_ > most_held || text_.size() > most_held) ec = json::error::exception;
    if (!ec) text_.append(text.data(), text.size());
    return !ec;
  }

  json::value_stack stack_;
  std::string text_, member_;
  std::size_t depth_ = 0, held_ = 0;
  bool is_named_ = false, in_devices_ = false;
};

class DeviceReader::Parser {
 public:
  explicit Parser(Take take) { parser_.handler().take = std::move(take); }

  void feed(std::string_view text) {
    if (error_ || text.empty()) return;
    const auto used =
        parser_.done() ? 0 : parser_.write_some(true, text.data(), text.size(), error_);
    if (!error_ && text.find_first_not_of(" \t\r\n", used) != text.npos)
      error_ = json::error::extra_data;
  }
  bool finish() {
    if (!error_ && !parser_.done()) parser_.write_some(false, "", 0, error_);
    return !error_ && parser_.done() && parser_.handler().has_devices;
  }

 private:
  json::basic_parser<Events> parser_{json::parse_options()};
  json::error_code error_;
};

DeviceReader::DeviceReader(Take take) : parser_(std::make_unique<Parser>(std::move(take))) {}
DeviceReader::~DeviceReader() = default;
void DeviceReader::feed(std::string_view piece) { parser_->feed(piece); }
bool DeviceReader::finish() { return parser_->finish(); }

}  // namespace pci_passthrough
