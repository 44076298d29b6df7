#include "plugin/model/iommu.hpp"

#include <gtest/gtest.h>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Hops = std::vector<DeviceScope::Hop>;
constexpr auto endpoint = DeviceScope::Kind::endpoint, bridge = DeviceScope::Kind::bridge;

std::vector<PciAddress> owners(const Snapshot& host, const DeviceScope& scope) {
  return owners_of(host, {0, 0xfff, {scope}, {}});
}

TEST(Owners, AreFollowedHopByHop) {
  const struct {
    const char* what;
    DeviceScope scope;
    std::vector<std::string> owners;
  } cases[] = {
      {"on the root bus", {endpoint, 0, 0, Hops{{0x14, 0}}}, {"00:14.0"}},
      {"behind a switch", {endpoint, 0, 0x85, Hops{{0, 0}, {0, 0}, {8, 0}, {0, 0}}}, {"88:00.0"}},
      {"all behind a bridge", {bridge, 0, 0x5d, Hops{{0, 0}}}, {"5e:00.0", "5e:00.1"}},
      {"not there", {endpoint, 0, 0, Hops{{0x1d, 0}}}, {}},
      {"not there behind a bridge", {endpoint, 0, 0, Hops{{0x1c, 5}, {0, 0}, {1, 0}}}, {}},
      {"another segment", {endpoint, 1, 0, Hops{{0x14, 0}}}, {}},
      {"a virtual function's place",
       {endpoint, 0, 0x85, Hops{{0, 0}, {0, 0}, {0x10, 0}, {0x10, 0}}},
       {}},
  };
  for (const auto& one : cases)
    EXPECT_EQ(owners(recorded("xcp-ng-8.3"), one.scope), all_at(one.owners)) << one.what;
}

/// The bus behind a bridge is what the kernel made it, not what it was when the firmware wrote.
TEST(Owners, HoldWhereABusWasRenumbered) {
  auto host = recorded("xcp-ng-8.3");
  function_of(host, "03:00.0").address.bus = 0x42;
  std::ranges::sort(host.functions, {}, &Function::address);
  EXPECT_EQ(owners(host, {endpoint, 0, 0, Hops{{0x1c, 5}, {0, 0}, {0, 0}}}), all_at({"42:00.0"}));
}

TEST(Owners, AreNotLookedForInAVmdsOwnSegment) {
  EXPECT_EQ(owners(recorded("xenserver-9"), {endpoint, 0, 0, Hops{{0x0e, 0}, {6, 0}}}),
            std::vector<PciAddress>{});
}

}  // namespace
}  // namespace pci_passthrough
