#include "plugin/model/analysis.hpp"

#include <gtest/gtest.h>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Words = std::vector<std::string>;

std::optional<Words> ways(const Snapshot& host, std::string_view address) {
  return Analysis(host).reset_of(*host.find(at(address))).methods;
}

TEST(Reset, AsTheKernelWouldTheFirstWayFirst) {
  const auto& nas = recorded("xcp-ng-8.3");
  const struct {
    const char *address, *why;
    Words ways;
  } cases[] = {
      {"5f:00.0", "FLR, and alone on its bus", {"flr", "bus"}},
      {"5e:00.0", "not alone on its bus", {"flr"}},
      {"88:00.0", "no FLR, NoSoftRst-", {"pm", "bus"}},
      {"8b:00.0", "no FLR, NoSoftRst+", {"bus"}},
      {"3b:00.0", "nor alone", {}},
      {"8a:10.0", "a virtual function's bus is its physical one's", {"flr"}},
      {"00:17.0", "nothing resets a root bus", {}},
  };
  for (const auto& [address, why, wanted] : cases) EXPECT_EQ(ways(nas, address), wanted) << why;
  EXPECT_EQ(ways(recorded("xenserver-6.2"), "00:1a.0"), (Words{"af_flr", "pm"}));
}

TEST(Reset, WhatWasCutOffIsUnknown) {
  auto host = recorded("xcp-ng-8.2-bios");
  EXPECT_EQ(ways(host, "04:00.0"), Words{});
  function_of(host, "04:00.0").can_reset.reset();
  EXPECT_FALSE(ways(host, "04:00.0"));
  host = recorded("xcp-ng-8.3");
  function_of(host, "5f:00.0").config.reset();
  function_of(host, "5f:00.0").can_reset.reset();
  EXPECT_FALSE(ways(host, "5f:00.0"));
}

TEST(Reset, WhatTheKernelDoesNotOfferIsNone) {
  auto host = recorded("xcp-ng-8.3");
  auto& nvme = function_of(host, "5f:00.0");
  nvme.can_reset = false;
  EXPECT_EQ(ways(host, "5f:00.0"), Words{}) << "a quirk";
  nvme.config.reset();
  EXPECT_EQ(ways(host, "5f:00.0"), Words{});
  nvme.can_reset = true;
  EXPECT_EQ(ways(host, "5f:00.0"), Words{"kernel's own"});
  function_of(host, "00:17.0").can_reset = true;
  EXPECT_EQ(ways(host, "00:17.0"), Words{"kernel's own"}) << "nothing is computed";
}

TEST(Reset, ATreeWithoutTheFileTellsNothing) {
  EXPECT_EQ(recorded("xcp-ng-8.3").find(at("5f:00.0"))->can_reset, true);
  EXPECT_EQ(recorded("xcp-ng-8.3").find(at("00:17.0"))->can_reset, false);
  auto text = text_of_file(recordings() / "xcp-ng-8.3.host");
  for (std::size_t found; (found = text.find("/reset mode=")) != std::string::npos;)
    text.replace(found, 6, "/other");
  for (const auto& function : probed(text).functions)
    EXPECT_FALSE(function.can_reset) << function.address.text();
}

TEST(Reset, TheKernelsListNamesABusThatOthersShare) {
  EXPECT_EQ(recorded("xenserver-9").find(at("01:00.0"))->reset_methods, Words{"bus"});
  EXPECT_EQ(ways(recorded("xenserver-9"), "01:00.0"), Words{});
  EXPECT_EQ(ways(recorded("xenserver-9"), "10000:e1:00.0"), (Words{"flr", "bus"}));
}

TEST(Reset, TheKernelsOwnWordCounts) {
  auto host = recorded("xcp-ng-8.3");
  function_of(host, "5f:00.0").reset_methods = Words{"device_specific", "bus"};
  EXPECT_EQ(ways(host, "5f:00.0"), (Words{"device_specific", "bus"}));
  EXPECT_EQ(computed_reset_methods(*host.find(at("5f:00.0")), {}), (Words{"flr", "bus"}));
}

TEST(Reset, ABusResetHitsAllBelowTheBridge) {
  const auto& nas = recorded("xcp-ng-8.3");
  const auto hit = [&](std::string_view address) {
    return Analysis(nas).reset_of(*nas.find(at(address))).bus_hits;
  };
  EXPECT_EQ(hit("3b:00.0"), all_at({"3b:00.1"}));
  EXPECT_EQ(hit("89:00.1"), all_at({"89:00.0", "8a:10.0", "8a:10.4"}));
  EXPECT_EQ(hit("87:08.0"), all_at({"87:10.0", "87:11.0", "88:00.0", "89:00.0", "89:00.1",
                                    "8a:10.0", "8a:10.4", "8b:00.0"}));
  EXPECT_TRUE(hit("88:00.0").empty());
  EXPECT_TRUE(hit("00:17.0").empty());
}

}  // namespace
}  // namespace pci_passthrough
