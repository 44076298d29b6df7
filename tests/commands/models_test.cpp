#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

const Given by_model = {{"scope", "pool"}, {"by", "model"}};

ListedDevice& card(HostReply& reply, Dom0Access access) {
  auto& device = reply.listing.devices.front();
  device.dom0_access = access;
  device.vms.emplace();
  return device;
}

std::string state_of(const HostReply& first) {
  const auto host = with_replies(recorded(nas), first, not_answered());
  const auto reply = asked(host, "list", by_model);
  return ascii_json(reply.at("models").at(0).at("devices").at(0).at("state"));
}

TEST(Models, WhereACardIsAndWhoHasIt) {
  auto first = reply_with("06:00.0", "24b0"), second = reply_with("3b:00.0", "24b0");
  card(first, Dom0Access::disabled);
  card(second, Dom0Access::disabled).vms = {{{"uuid-game", "game", "Halted"}}};
  const auto host = with_replies(recorded(nas), first, second);
  const auto reply = asked(host, "list", by_model);
  ASSERT_EQ(reply.at("models").as_array().size(), 1u);
  const auto& devices = reply.at("models").at(0).at("devices").as_array();
  ASSERT_EQ(devices.size(), 2u);
  EXPECT_EQ(ascii_json(devices[0]),
            R"({"host":"uuid-xen1","host_name":"xen1","address":"0000:06:00.0","state":"free",)"
            R"("dom0_access":"disabled","vms":[]})");
  EXPECT_EQ(devices[1].at("state"), "assigned");
  const auto table = table_of_pool(host, "list", by_model);
  for (const char* said : {"free", "assigned VM game", "10de:24b0"})
    EXPECT_NE(table.find(said), std::string::npos) << table;
}

TEST(Models, EachState) {
  auto one = reply_with("06:00.0", "24b0");
  for (const auto& [access, state] : {std::pair(Dom0Access::disabled, "\"free\""),
                                      {Dom0Access::enabled, "\"dom0\""},
                                      {Dom0Access::disable_on_reboot, "\"pending\""},
                                      {Dom0Access::enable_on_reboot, "\"pending\""},
                                      {Dom0Access::unknown, "\"unknown\""}}) {
    card(one, access);
    EXPECT_EQ(state_of(one), state);
  }
  card(one, Dom0Access::disabled).vms.reset();
  EXPECT_EQ(state_of(one), "\"unknown\"");
  auto needed = reply_with("06:00.0", "24b0", {"mount /"});
  card(needed, Dom0Access::enabled);
  EXPECT_EQ(state_of(needed), "\"needed\"");
}

TEST(Models, AHostThatDidNotAnswerIsALine) {
  auto first = reply_with("06:00.0", "24b0");
  const auto host = with_replies(recorded(nas), first, not_answered());
  EXPECT_NE(table_of_pool(host, "list", by_model).find("xen2: HOST_OFFLINE"), std::string::npos);
}

TEST(Models, AreOfThePool) {
  EXPECT_TRUE(refused(recorded(nas), "list", {{"by", "model"}})
                  .starts_with("PCI_PASSTHROUGH_INVALID_ARGUMENT: by=model needs scope=pool"));
  EXPECT_TRUE(refused(recorded(nas), "list", {{"scope", "pool"}, {"by", "host"}})
                  .starts_with("PCI_PASSTHROUGH_INVALID_ARGUMENT: invalid by value 'host'"));
}

}  // namespace
}  // namespace pci_passthrough
