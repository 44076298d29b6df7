#include "plugin/model/listing.hpp"

#include <gtest/gtest.h>

#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"
#include "tests/support/put_listing.hpp"

namespace pci_passthrough {
namespace {

/// Every recorded host, as it is and with a VM that wants its first device.
std::vector<std::pair<std::string, Snapshot>> hosts() {
  auto names = recorded_hosts();
  std::ranges::copy(recorded_hosts("sick/"), std::back_inserter(names));
  std::vector<std::pair<std::string, Snapshot>> all;
  for (const auto& name : names) {
    const auto& host = recorded(name);
    all.emplace_back(name, host);
    all.emplace_back(name + " with a VM",
                     with_vm(host, "nas", "0/" + host.functions.at(0).address.text()));
  }
  return all;
}

TEST(Listing, OfEveryHostIsReadBackAsItIs) {
  for (const auto& [name, host] : hosts()) {
    const auto reply = asked(host, "list");
    const auto listing = read_listing(reply);
    ASSERT_TRUE(listing) << name;
    EXPECT_EQ(listing->devices.size(), host.functions.size()) << name;
    boost::json::object again = {{"schema", reply.at("schema")}};
    put_listing(again, *listing);
    EXPECT_EQ(ascii_json(again), ascii_json(reply)) << name;
    EXPECT_EQ(read_listing(again), listing) << name;
    EXPECT_EQ(find_command("list").table(again), find_command("list").table(reply)) << name;
  }
}

}  // namespace
}  // namespace pci_passthrough
