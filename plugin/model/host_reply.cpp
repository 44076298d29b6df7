#include "plugin/model/host_reply.hpp"

#include <algorithm>
#include <boost/json/value.hpp>
#include <string_view>
#include <utility>

#include "plugin/model/json_members.hpp"
#include "plugin/model/listing_json.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

/// Takes the array `name` over where each element of it is an object that is good.
template <typename IsGood>
bool take_objects(json::array& all, const json::object& answer, std::string_view name,
                  IsGood is_good) {
  const auto* found = members::list(answer, name);
  if (!found || !std::ranges::all_of(*found, [&](const json::value& one) {
        return one.is_object() && is_good(one.get_object());
      }))
    return false;
  all = *found;
  return true;
}

}  // namespace

bool take_version(HostReply& reply, const json::object& answer) {
  reply.plugin_version = members::word(answer, "version");
  return !reply.plugin_version.empty();
}

bool take_list(HostReply& reply, const json::object& answer) {
  auto listing = read_listing(answer);
  if (!listing) return false;
  reply.devices = *members::list(answer, "devices");
  reply.listing = std::move(*listing);
  return true;
}

bool take_verify(HostReply& reply, const json::object& answer) {
  reply.verdict = members::word(answer, "verdict");
  return (reply.verdict == "safe" || reply.verdict == "unsafe" || reply.verdict == "unknown") &&
         take_objects(reply.findings, answer, "findings",
                      [](const json::object& finding) { return members::text(finding, "code"); });
}

}  // namespace pci_passthrough
