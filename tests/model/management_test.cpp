#include <gtest/gtest.h>

#include "plugin/model/usage.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

NetInterface nic(std::string name, const Texts& path) {
  return {std::move(name), "", all_at(path), {}, "/sys/class/net/" + name};
}

NetInterface upon(std::string name, Texts below) { return {std::move(name), "", {}, below, ""}; }

InterfacePath path_of(std::string interface, std::vector<NetInterface> interfaces) {
  Snapshot snapshot;
  snapshot.management_interface = std::move(interface);
  snapshot.interfaces = std::move(interfaces);
  return management_path(snapshot);
}

TEST(Management, FollowsBridgeBondAndVlan) {
  const auto path = path_of("xapi1", {nic("eth0", {"00:01.0", "01:00.0"}), nic("eth1", {"02:00.0"}),
                                      nic("eth2", {"03:00.0"}), upon("bond0", {"eth0", "eth1"}),
                                      upon("xapi0", {"bond0"}), upon("xapi1", {"xapi0"})});
  EXPECT_TRUE(path.known);
  EXPECT_EQ(path.interface, "xapi1");
  EXPECT_EQ(path.through, (Texts{"xapi0", "bond0", "eth0", "eth1"}));
  EXPECT_EQ(path.functions, all_at({"00:01.0", "01:00.0", "02:00.0"}));
}

TEST(Management, ANicItself) {
  const auto path = path_of("eth0", {nic("eth0", {"00:19.0"})});
  EXPECT_TRUE(path.known);
  EXPECT_TRUE(path.through.empty());
  EXPECT_EQ(path.functions, all_at({"00:19.0"}));
}

TEST(Management, WhatCannotBeFollowedIsNotKnown) {
  EXPECT_FALSE(management_path({}).known) << "no inventory";
  EXPECT_FALSE(path_of("xenbr0", {}).known) << "not there";
  EXPECT_FALSE(path_of("xenbr0", {upon("xenbr0", {})}).known) << "no ports";
  const auto half = path_of("xenbr0", {upon("xenbr0", {"eth0", "eth1"}), nic("eth0", {"02:00.0"})});
  EXPECT_FALSE(half.known) << "one port is not there";
  EXPECT_EQ(half.functions, all_at({"02:00.0"}));
  EXPECT_TRUE(
      path_of("a", {upon("a", {"b", "eth0"}), upon("b", {"a"}), nic("eth0", {"02:00.0"})}).known)
      << "a circle ends";
}

TEST(Management, NoneIsKnown) {
  const auto path = path_of("", {nic("eth0", {"02:00.0"})});
  EXPECT_TRUE(path.known);
  EXPECT_TRUE(path.functions.empty());
}

TEST(Management, AVirtualFunctionNeedsItsPhysicalOne) {
  Snapshot snapshot;
  snapshot.management_interface = "eth4";
  snapshot.interfaces = {nic("eth4", {"00:01.0", "8a:10.0"})};
  Function vf;
  vf.address = at("8a:10.0");
  vf.physical_function = at("89:00.0");
  snapshot.functions = {vf};
  EXPECT_EQ(management_path(snapshot).functions, all_at({"00:01.0", "8a:10.0", "89:00.0"}));
}

TEST(Management, OfTheRecordedHosts) {
  const struct {
    const char* host;
    Texts through, functions;
  } cases[] = {
      {"xcp-ng-8.3", {"bond0", "eth0", "eth1"}, {"5d:00.0", "5e:00.0", "5d:00.0", "5e:00.1"}},
      {"xcp-ng-8.2-bios", {"eth0"}, {"00:02.0", "03:00.0"}},
      {"xcp-ng-8.3-kernel-alt", {"eth0"}, {}},
      {"xenserver-9", {"xenbr0", "eth0"}, {"00:1c.0", "01:00.0"}},
      {"xenserver-6.2", {"eth0"}, {}},
  };
  const Texts nics = {"5e:00.0", "03:00.0", "02:00.0", "01:00.0", "03:00.0"};
  for (std::size_t i = 0; i < std::size(cases); ++i) {
    const auto& [host, through, functions] = cases[i];
    const auto path = management_path(recorded(host));
    EXPECT_TRUE(path.known) << host;
    EXPECT_EQ(path.through, through) << host;
    EXPECT_EQ(std::ranges::count(path.functions, at(nics[i])), 1) << host;
    if (!functions.empty()) {
      EXPECT_EQ(path.functions, all_at(functions)) << host;
    }
  }
}

}  // namespace
}  // namespace pci_passthrough
