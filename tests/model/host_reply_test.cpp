#include "plugin/model/host_reply.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

namespace pci_passthrough {
namespace {

bool takes(bool (*take)(HostReply&, const boost::json::object&), std::string_view json) {
  HostReply reply;
  return take(reply, boost::json::parse(json).as_object());
}

TEST(HostReply, TakesAListing) {
  HostReply reply;
  ASSERT_TRUE(take_list(reply, boost::json::parse(R"({"schema":1,"devices":[
    {"address":"0000:06:00.0","vendor_id":"10de","device_id":"24b0","vendor":"NVIDIA","device":"A4",
     "vms":[],"used_by":[{"kind":"mount","name":"/","critical":true},
       {"kind":"disk","name":"sda","critical":false},{"kind":"lvm","name":"vg","critical":false},
       {"kind":"network","name":"eth0","critical":true}]},
    {"address":"0000:07:00.0","vendor_id":"8086","device_id":"1533","used_by":[]},
    {"address":"0000:08:00.0","vendor_id":"8086","used_by":[]}]})")
                                   .as_object()));
  EXPECT_EQ(reply.devices.size(), 3u);
  const auto* gpu = reply.listing.find(PciAddress::parse("06:00.0").value());
  ASSERT_NE(gpu, nullptr);
  EXPECT_EQ(ids_of(*gpu), "10de:24b0");
  EXPECT_EQ(full_name_of(*gpu), "NVIDIA A4");
  EXPECT_EQ(real_uses_of(*gpu), (std::vector<std::string>{"mount /", "lvm vg", "network eth0"}));
  const auto& nic = *reply.listing.find(PciAddress::parse("07:00.0").value());
  EXPECT_EQ(full_name_of(nic), "8086:1533");
  EXPECT_EQ(real_uses_of(nic).size(), 0u);
  EXPECT_EQ(ids_of(*reply.listing.find(PciAddress::parse("08:00.0").value())), "");
  EXPECT_EQ(reply.listing.find(PciAddress::parse("09:00.0").value()), nullptr);
}

TEST(HostReply, TakesNoNonsense) {
  for (const char* json :
       {R"({})", R"({"devices":1})", R"({"devices":[1]})", R"({"devices":[{}]})",
        R"({"devices":[{"address":"x","used_by":[]}]})", R"({"devices":[{"address":"06:00.0"}]})",
        R"({"devices":[{"address":"06:00.0","used_by":[{"kind":"mount","name":"/"}]}]})",
        R"({"devices":[{"address":"06:00.0","used_by":[{"kind":1,"name":"/","critical":true}]}]})",
        R"({"devices":[{"address":"06:00.0","used_by":[],"vms":[1]}]})"})
    EXPECT_FALSE(takes(take_list, json)) << json;
  for (const char* json :
       {R"({})", R"({"verdict":"safe"})", R"({"verdict":"fine","findings":[]})",
        R"({"verdict":"safe","findings":[1]})", R"({"verdict":"safe","findings":[{}]})"})
    EXPECT_FALSE(takes(take_verify, json)) << json;
  EXPECT_TRUE(takes(take_verify, R"({"verdict":"safe","findings":[{"code":"x"}]})"));
  EXPECT_FALSE(takes(take_version, R"({"schema":1})"));
  EXPECT_FALSE(takes(take_version, R"({"version":1})"));
  EXPECT_TRUE(takes(take_version, R"({"version":"0.1.0"})"));
}

}  // namespace
}  // namespace pci_passthrough
