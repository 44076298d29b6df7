#include "plugin/host/reply_reader.hpp"

#include <boost/json/basic_parser_impl.hpp>
#include <boost/json/serialize.hpp>
#include <vector>

#include "plugin/host/json_numbers.hpp"
#include "plugin/host/record_filter.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

json::parse_options lenient() {
  json::parse_options options;
  options.allow_invalid_utf8 = true;
  return options;
}

std::string as_text(const json::value& value) {
  return value.is_string() ? std::string(value.as_string()) : json::serialize(value);
}

}  // namespace

class ReplyReader::Parser {
 public:
  bool feed(std::string_view piece, bool more) {
    size_ += piece.size();
    if (size_ > largest_reply && filter().parse_error.empty())
      filter().parse_error = "the reply is larger than 100 MB";
    if (!filter().parse_error.empty()) return false;
    const auto text = numbers_.cleaned(piece);
    json::error_code error;
    const auto used = done() ? 0 : parser_.write_some(more, text.data(), text.size(), error);
    if (!error && used < text.size() &&
        text.find_first_not_of(" \t\r\n", used) != std::string_view::npos)
      error = json::error::extra_data;
    if (error && filter().parse_error.empty())
      filter().parse_error = "the reply is no JSON: " + error.message();
    return !error;
  }
  bool done() const { return parser_.done(); }
  RecordFilter& filter() { return parser_.handler(); }

 private:
  json::basic_parser<RecordFilter> parser_{lenient()};
  JsonNumbers numbers_;
  std::size_t size_ = 0;
};

ReplyReader::ReplyReader() : parser_(std::make_unique<Parser>()) {}
ReplyReader::ReplyReader(Fields fields, const EachRecord& each) : ReplyReader() {
  parser_->filter().fields = fields;
  parser_->filter().each = &each;
}
ReplyReader::~ReplyReader() = default;

bool ReplyReader::feed(std::string_view piece) {
  return piece.empty() || parser_->feed(piece, true);
}
bool ReplyReader::finish() { return parser_->done() || parser_->feed({}, false); }

const std::string& ReplyReader::parse_error() const { return parser_->filter().parse_error; }
json::value& ReplyReader::result() { return parser_->filter().result; }

bool ReplyReader::lacks_records() const {
  const auto& filter = parser_->filter();
  return filter.each && (!filter.has_records || filter.has_other_than_records);
}

std::optional<std::vector<std::string>> ReplyReader::error() const {
  const auto& error = parser_->filter().error;
  std::vector<std::string> texts;
  const auto add = [&](const json::value& value) { texts.push_back(as_text(value)); };
  if (error.is_null()) return std::nullopt;
  if (const auto* array = error.if_array())
    for (const auto& item : *array) add(item);
  else if (const auto* object = error.if_object()) {
    if (const auto* message = object->if_contains("message")) add(*message);
    if (const auto* data = object->if_contains("data"); data && data->is_array())
      for (const auto& item : data->as_array()) add(item);
  } else {
    add(error);
  }
  if (texts.empty()) texts.emplace_back("UNKNOWN_ERROR");
  return texts;
}

}  // namespace pci_passthrough
