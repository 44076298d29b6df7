#include <gtest/gtest.h>

#include "plugin/model/usage.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// Two NICs, guests' interfaces, and more sections.
Snapshot host_with(const std::string& sections) {
  return probed(R"(pci-passthrough recording 1
=== /etc/xensource-inventory
MANAGEMENT_INTERFACE='xapi0'
=== /sys/class/net/lo -> ../../devices/virtual/net/lo
=== /sys/class/net/eth0 -> ../../devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0
=== /sys/class/net/eth1 -> ../../devices/pci0000:00/0000:00:1c.1/0000:03:00.0/net/eth1
=== /sys/class/net/vif1.0 -> ../../devices/vif-1-0/net/vif1.0
=== /sys/class/net/tap1.0 -> ../../devices/virtual/net/tap1.0
=== /sys/class/net/bonding_masters
bond0
)" + sections);
}

const NetInterface* named(const Snapshot& snapshot, std::string_view name) {
  const auto found = std::ranges::find(snapshot.interfaces, name, &NetInterface::name);
  return found == snapshot.interfaces.end() ? nullptr : &*found;
}

/// "through" and whether all of it could be followed.
Texts management(const Snapshot& snapshot) {
  const auto path = management_path(snapshot);
  auto through = path.through;
  through.emplace_back(path.known ? "known" : "unknown");
  return through;
}

TEST(Network, NicsWithTheirFunctionsAndNoGuests) {
  const auto snapshot = host_with("");
  ASSERT_EQ(snapshot.interfaces.size(), 2u);
  EXPECT_EQ(named(snapshot, "eth0")->path, all_at({"00:1c.0", "02:00.0"}));
}

TEST(Network, ALinuxBridgeOverABondLeavesGuestsOut) {
  const auto snapshot = host_with(R"(=== /sys/class/net/xapi0 -> ../../devices/virtual/net/xapi0
=== /sys/devices/virtual/net/xapi0/brif directory
=== /sys/devices/virtual/net/xapi0/brif/bond0 directory
=== /sys/devices/virtual/net/xapi0/brif/vif1.0 directory
=== /sys/devices/virtual/net/xapi0/brif/tap1.0 directory
=== /sys/class/net/bond0 -> ../../devices/virtual/net/bond0
=== /sys/devices/virtual/net/bond0/bonding/slaves
eth0 eth1
)");
  EXPECT_EQ(management(snapshot), (Texts{"bond0", "eth0", "eth1", "known"}));
  EXPECT_EQ(named(snapshot, "xapi0")->kind, "bridge");
  EXPECT_EQ(named(snapshot, "bond0")->kind, "bond");
}

TEST(Network, AVlanBelowABridge) {
  const auto snapshot = host_with(R"(=== /sys/class/net/xapi0 -> ../../devices/virtual/net/xapi0
=== /sys/devices/virtual/net/xapi0/brif directory
=== /sys/devices/virtual/net/xapi0/brif/eth1.50 directory
=== /sys/class/net/eth1.50 -> ../../devices/virtual/net/eth1.50
=== /proc/net/vlan/config
VLAN Dev name	 | VLAN ID
Name-Type: VLAN_NAME_TYPE_RAW_PLUS_VID_NO_PAD
eth1.50        | 50  | eth1
)");
  EXPECT_EQ(management(snapshot), (Texts{"eth1.50", "eth1", "known"}));
  EXPECT_EQ(named(snapshot, "eth1.50")->kind, "vlan");
}

constexpr char ovs[] =
    "=== /sys/class/net/xapi0 -> ../../devices/virtual/net/xapi0\n"
    "=== /var/lib/xcp/networkd.db\n";

TEST(Network, OpenVswitchByTheDatabaseInEachOfItsForms) {
  const struct {
    const char* what;
    const char* database;
    Texts management;
  } cases[] = {
      {"an object, a bond",
       R"({"bridge_config":{"xapi0":{"ports":{"bond0":{"interfaces":["eth0","eth1"]}}}}})",
       {"bond0", "eth0", "eth1", "known"}},
      {"arrays of pairs",
       R"({"bridge_config":[["xapi0",{"ports":[["eth0",{"interfaces":["eth0"]}],["vif1.0",{"interfaces":["vif1.0"]}]]}]]})",
       {"eth0", "known"}},
      {"a VLAN's bridge",
       R"({"bridge_config":{"xapi0":{"vlan":["xenbr1",100],"ports":{}},"xenbr1":{"ports":{"eth1":{"interfaces":["eth1"]}}}}})",
       {"xenbr1", "eth1", "known"}},
      {"null where nothing is",
       R"({"bridge_config":{"xapi0":{"vlan":null,"ports":{"eth0":{"interfaces":["eth0"]}}}}})",
       {"eth0", "known"}},
      {"a port that is not there",
       R"({"bridge_config":{"xapi0":{"ports":{"eth7":{"interfaces":["eth7"]}}}}})",
       {"unknown"}},
      {"another bridge alone", R"({"bridge_config":{"xenbr9":{"ports":{}}}})", {"unknown"}},
      {"broken", R"({"bridge_config":{"xapi0")", {"unknown"}},
      {"no object", "[1,2,3]", {"unknown"}},
      {"strange members",
       R"({"bridge_config":{"xapi0":{"ports":7,"vlan":"x"},"a":null,"b":[1]}})",
       {"unknown"}},
      {"empty", "", {"unknown"}},
  };
  for (const auto& [what, database, wanted] : cases)
    EXPECT_EQ(management(host_with(ovs + std::string(database) + "\n")), wanted) << what;
}

/// if.h NET_ADDR_PERM, NET_ADDR_RANDOM, NET_ADDR_STOLEN, NET_ADDR_SET: a bond lends its address to
/// its NICs; kernels before 3.8 do not tell.
TEST(Network, AnAddressThatIsLentIsNoneOfTheNics) {
  const std::string mac = "00:00:5e:00:53:01",
                    nic = "=== /sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0/";
  const auto mac_where = [&](const std::string& type) {
    const auto told = type.empty() ? "" : nic + "addr_assign_type\n" + type + "\n";
    return named(host_with(nic + "address\n" + mac + "\n" + told), "eth0")->mac;
  };
  for (const char* own : {"0", ""}) EXPECT_EQ(mac_where(own), mac) << own;
  for (const char* lent : {"1", "2", "3"}) EXPECT_EQ(mac_where(lent), "") << lent;
}

/// networkd.db tells what should be, and a bridge of the kernel's what is.
TEST(Network, TheKernelsBridgeIsBelievedBeforeTheDatabase) {
  const auto snapshot = host_with(R"(=== /sys/class/net/xapi0 -> ../../devices/virtual/net/xapi0
=== /sys/devices/virtual/net/xapi0/brif directory
=== /sys/devices/virtual/net/xapi0/brif/eth1 directory
=== /var/lib/xcp/networkd.db
{"bridge_config":{"xapi0":{"ports":{"eth0":{"interfaces":["eth0"]}}}}}
)");
  EXPECT_EQ(management(snapshot), (Texts{"eth1", "known"}));
}

TEST(Network, ABrokenDatabaseIsTold) {
  const auto snapshot = host_with(ovs + std::string("{\n"));
  ASSERT_TRUE(snapshot.unreadable.contains("/var/lib/xcp/networkd.db"));
  EXPECT_NE(snapshot.unreadable.at("/var/lib/xcp/networkd.db").find("JSON"), std::string::npos);
}

TEST(Network, AnUnreadableDatabaseIsUnknown) {
  const auto snapshot = host_with(R"(=== /sys/class/net/xapi0 -> ../../devices/virtual/net/xapi0
=== /var/lib/xcp/networkd.db error=EACCES
)");
  EXPECT_EQ(management(snapshot), Texts{"unknown"});
}

TEST(Network, TheInventory) {
  const auto interface = [](const std::string& inventory) {
    return probed("pci-passthrough recording 1\n" + inventory).management_interface;
  };
  EXPECT_EQ(interface("=== /etc/xensource-inventory\nMANAGEMENT_INTERFACE='xenbr0'\n"), "xenbr0");
  EXPECT_EQ(interface("=== /etc/xensource-inventory\nMANAGEMENT_INTERFACE=\"xenbr0\"\n"), "xenbr0");
  EXPECT_EQ(interface("=== /etc/xensource-inventory\nMANAGEMENT_INTERFACE=''\n"), "");
  EXPECT_EQ(interface("=== /etc/xensource-inventory\nPRODUCT_BRAND='XCP-ng'\n"), std::nullopt);
  EXPECT_EQ(interface(""), std::nullopt);
}

}  // namespace
}  // namespace pci_passthrough
