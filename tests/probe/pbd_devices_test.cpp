#include <gtest/gtest.h>

#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

constexpr char head[] = R"(pci-passthrough recording 1
=== /etc/xensource-inventory
INSTALLATION_UUID='u1'
=== xapi pool.get_all_records
{}
=== xapi host.get_all_records
{"h1": {"uuid": "u1"}, "h2": {"uuid": "u2"}}
=== xapi PBD.get_all_records
)";

std::string pbd(const std::string& config, const char* host = "h1", bool attached = true) {
  return "{\"host\": \"" + std::string(host) +
         "\", \"SR\": \"sr\", \"currently_attached\": " + (attached ? "true" : "false") +
         ", \"device_config\": " + config + "}";
}

std::map<std::string, Texts> named(const std::string& pbds, const std::string& sections) {
  const ScratchRoot root(head + ("{" + pbds + "}\n") + sections);
  Host host(root.path());
  return probe(host, ProbeScope::functions | ProbeScope::usage | ProbeScope::pool).named_blocks;
}

TEST(PbdDevices, FollowsEachLinkOfAList) {
  const auto found =
      named("\"a\": " + pbd(R"({"device": "/dev/disk/by-id/scsi-1,/dev/disk/by-path/p,/dev/sdz"})"),
            "=== /dev/disk/by-id/scsi-1 -> ../../sdb3\n"
            "=== /dev/disk/by-path/p -> /dev/mapper/m\n"
            "=== /dev/mapper/m -> ../dm-3\n");
  EXPECT_EQ(found.at("/dev/disk/by-id/scsi-1"), Texts{"/dev/sdb3"});
  EXPECT_EQ(found.at("/dev/disk/by-path/p"), Texts{"/dev/dm-3"});
  EXPECT_EQ(found.at("/dev/sdz"), Texts{"/dev/sdz"});
}

TEST(PbdDevices, OfAScsiIdEveryPath) {
  const auto found = named(
      "\"a\": " + pbd(R"({"SCSIid": "3600"})") + ", \"b\": " + pbd(R"({"SCSIid": "3700"})") +
          ", \"c\": " + pbd(R"({"SCSIid": "../id"})") + ", \"d\": " + pbd(R"({"SCSIid": "3800"})"),
      "=== /dev/disk/by-scsid/3600/mapper -> ../../../dm-0\n"
      "=== /dev/disk/by-scsid/3600/sdb -> ../../../sdb\n"
      "=== /dev/disk/by-id/scsi-3700 -> ../../sdc\n"
      "=== /dev/disk/id/x -> ../../sdd\n");
  EXPECT_EQ(found.at("3600"), (Texts{"/dev/dm-0", "/dev/sdb"}));
  EXPECT_EQ(found.at("3700"), Texts{"/dev/sdc"});
  EXPECT_EQ(found.at("../id"), Texts{});
  EXPECT_EQ(found.at("3800"), Texts{});
}

/// xapi plugs the unplugged ones again at its next start.
TEST(PbdDevices, OfThisHostsAlonePluggedOrNot) {
  const std::string config = R"({"device": "/dev/sda"})";
  EXPECT_TRUE(named("\"a\": " + pbd(config, "h2"), "").empty());
  EXPECT_EQ(named("\"b\": " + pbd(config, "h1", false), "").size(), 1u);
}

TEST(PbdDevices, ACircleOfLinksEnds) {
  const auto found =
      named("\"a\": " + pbd(R"({"device": "/dev/x"})"), "=== /dev/x -> y\n=== /dev/y -> x\n");
  EXPECT_EQ(found.at("/dev/x").size(), 1u);
}

TEST(Routes, ThoseThatAreUp) {
  const auto host = probed(
      "pci-passthrough recording 1\n=== /proc/net/route\n"
      "Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT\n"
      "xenbr0\t00000000\t010A0A0A\t0003\t0\t0\t100\t00000000\t0\t0\t0\n"
      "xapi2\t0032A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
      "xapi3\t0033A8C0\t00000000\t0000\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
      "*\t0034A8C0\t00000000\t0201\t0\t0\t0\t00FFFFFF\t0\t0\t0\n"
      "half\t0034A8C0\t0000");
  ASSERT_EQ(host.routes.size(), 2u);
  EXPECT_EQ(host.routes[0].metric, 100u);
  EXPECT_EQ(host.routes[1].interface, "xapi2");
  EXPECT_EQ(host.routes[1].destination, 0xc0a83200u);
  EXPECT_EQ(host.routes[1].mask, 0xffffff00u);
}

}  // namespace
}  // namespace pci_passthrough
