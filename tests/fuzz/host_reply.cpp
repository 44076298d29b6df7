#include "plugin/model/host_reply.hpp"

#include <boost/json/parse.hpp>

#include "plugin/model/listing_json.hpp"
#include "tests/fuzz/target.hpp"
#include "tests/support/put_listing.hpp"

namespace pci_passthrough {

void try_input(std::string_view input) {
  boost::json::error_code error;
  const auto answer = boost::json::parse(input, error);
  if (error || !answer.is_object()) return;
  HostReply reply;
  require(take_version(reply, answer.get_object()) == !reply.plugin_version.empty(),
          "a version is told");
  if (take_list(reply, answer.get_object())) {
    require(reply.listing.devices.size() == reply.devices.size(), "each device is listed");
    boost::json::object again;
    put_listing(again, reply.listing);
    require(read_listing(again) == reply.listing, "a listing is read back as it is");
  }
  if (take_verify(reply, answer.get_object())) require(!reply.verdict.empty(), "a verdict is told");
}

}  // namespace pci_passthrough
