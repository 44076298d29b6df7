#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "plugin/host/reply_reader.hpp"
#include "tests/fuzz/target.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view fields[] = {"uuid", "other_config.pci", "VBDs"};

/// What a reader makes of a reply that arrives in pieces of this size.
std::string read_in_pieces(std::string_view reply, std::size_t size, bool of_records) {
  json::array records;
  const EachRecord each = [&](std::string_view ref, json::object record) {
    records.push_back({ref, std::move(record)});
  };
  auto reader = of_records ? ReplyReader(fields, each) : ReplyReader();
  bool good = true;
  for (std::size_t at = 0; good && at < reply.size(); at += size)
    good = reader.feed(reply.substr(at, size));
  good = good && reader.finish();
  require(good || !reader.parse_error().empty(), "trouble is said");
  if (!good) return "no JSON";
  const auto error = reader.error().value_or(std::vector<std::string>());
  return json::serialize(
      json::array{records, reader.result(), json::array(error.begin(), error.end())});
}

}  // namespace

void try_input(std::string_view input) {
  for (const bool of_records : {false, true}) {
    const auto whole = read_in_pieces(input, input.size() + 1, of_records);
    require(read_in_pieces(input, 1, of_records) == whole, "pieces may be cut anywhere");
    require(read_in_pieces(input, 7, of_records) == whole, "pieces may be cut anywhere");
  }
  json::error_code error;
  const auto parsed = json::parse(input, error);
  const auto* object = error ? nullptr : parsed.if_object();
  const auto* result = object ? object->if_contains("result") : nullptr;
  if (!result || object->size() != 1) return;
  ReplyReader reader;
  require(reader.feed(input) && reader.finish() && reader.result() == *result,
          "the result is the same to Boost");
}

}  // namespace pci_passthrough
