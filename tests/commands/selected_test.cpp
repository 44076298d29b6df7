#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>

#include "plugin/commands/command.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

std::string selected_by(const boost::json::object& reply) {
  const auto* selected = reply.if_contains("selected");
  return selected ? boost::json::serialize(*selected) : "";
}

std::string selected_by(const Decision& decision) {
  return selected_by(report_change(decision, {}, decision.before));
}

constexpr char both[] = R"([{"selector":"slot:3b:00","devices":["0000:3b:00.0","0000:3b:00.1"]},)"
                        R"({"selector":"?8086:0000","devices":[]}])";

TEST(Selected, EachFunctionSaysWhatItsSelectorsBecame) {
  const Given given = {{"devices", "slot:3b:00,?8086:0000"}};
  for (const char* question : {"list", "verify"})
    EXPECT_EQ(selected_by(asked(recorded(nas), question, given)), both) << question;
  for (const char* change : {"hide", "unhide"})
    EXPECT_EQ(selected_by(decided(recorded(nas), change, given)), both) << change;
  EXPECT_EQ(selected_by(asked(recorded(nas), "list", {{"devices", "3b:00.0"}})), "");
}

/// An absent device must never mean all.
TEST(Selected, NothingIsNotAll) {
  const Given absent = {{"devices", "?8086:0000"}};
  EXPECT_TRUE(asked(recorded(nas), "list", absent).at("devices").as_array().empty());
  EXPECT_TRUE(decided(recorded(nas), "hide", absent).plan.files.empty());
  EXPECT_TRUE(decided(recorded(nas), "unhide", absent).plan.files.empty());
}

TEST(Selected, ASelectorIsRefusedLikeItsAddresses) {
  const auto by_address = decided(recorded(nas), "hide", {{"devices", "88:00.0"}});
  const auto by_slot = decided(recorded(nas), "hide", {{"devices", "slot:88:00"}});
  ASSERT_FALSE(by_address.refusals.empty());
  EXPECT_EQ(by_slot.refusals, by_address.refusals);
}

TEST(Selected, WhatIsNoSelectorIsTold) {
  EXPECT_TRUE(refused(recorded(nas), "hide", {{"devices", "10de"}})
                  .starts_with("PCI_PASSTHROUGH_INVALID_ARGUMENT: invalid device '10de'; expected "
                               "an address (06:00.0"));
}

}  // namespace
}  // namespace pci_passthrough
