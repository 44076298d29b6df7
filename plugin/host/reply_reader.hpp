#pragma once

#include <boost/json/object.hpp>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace pci_passthrough {

/// Which members of a record are kept: "uuid", "other_config.pci" (one key of a map).
using Fields = std::span<const std::string_view>;
using EachRecord = std::function<void(std::string_view ref, boost::json::object record)>;

inline constexpr std::size_t largest_reply = 100 << 20;

/// Reads the JSON of a reply as it arrives: JSON-RPC v1 and v2, and the plain array that a pool's
/// member answers a failed v2 call with (plugin/host/README.md, "xapi's replies"). Tens of
/// megabytes of records pass through it one record at a time, kept fields alone; NaN and Infinity,
/// which xapi can print, read as 0; bytes that are no UTF-8 are kept.
class ReplyReader {
 public:
  ReplyReader();                                       ///< the result as a whole
  ReplyReader(Fields fields, const EachRecord& each);  ///< of get_all_records
  ~ReplyReader();

  /// False where the reply is beyond help: `parse_error` says why.
  bool feed(std::string_view piece);
  bool finish();

  const std::string& parse_error() const;
  boost::json::value& result();  ///< null where records were asked for
  /// Records were asked for, and the result is no map of such: null, or a record that is none.
  bool lacks_records() const;
  /// [CODE, parameters...]; nothing where the call succeeded.
  std::optional<std::vector<std::string>> error() const;

 private:
  class Parser;
  std::unique_ptr<Parser> parser_;
};

}  // namespace pci_passthrough
