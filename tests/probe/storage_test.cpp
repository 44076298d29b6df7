#include "plugin/model/storage.hpp"

#include <gtest/gtest.h>

#include "plugin/model/usage.hpp"
#include "tests/probe/sections.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// A block device's link and, below it, its number.
std::string block_at(const std::string& name, const std::string& number, const std::string& place) {
  return "=== /sys/class/block/" + name + " -> ../../devices/" + place + "/" + name + "\n" +
         section("/sys/devices/" + place + "/" + name + "/dev", number + "\n");
}

std::string slave_of(const std::string& name, const std::string& slave) {
  return "=== /sys/devices/virtual/block/" + name + "/slaves/" + slave + " file\n";
}

constexpr char root_is_259_0[] = "=== /proc/self/mountinfo\n1 0 259:0 / / rw - ext4 /dev/x rw\n";
constexpr char subsystem[] = "/sys/devices/virtual/nvme-subsystem/nvme-subsys0/";

std::string nvme_way(const std::string& controller, const std::string& place) {
  return "=== " + std::string(subsystem) + controller + " -> ../../../" + place + "/" + controller +
         "\n=== /sys/devices/" + place + "/" + controller + " directory\n";
}

TEST(ProbeStorage, EveryWayToAnNvmeNamespace) {
  const auto name = block_at("nvme0n1", "259:0", "virtual/nvme-subsystem/nvme-subsys0");
  const auto first = nvme_way("nvme0", "pci0000:00/0000:00:03.0/0000:03:00.0/nvme"),
             second = nvme_way("nvme1", "pci0000:00/0000:00:04.0/0000:04:00.0/nvme"),
             fabric = nvme_way("nvme2", "virtual/nvme-fabrics/ctl");
  const auto two = root_of(host_of(name + first + second + root_is_259_0));
  EXPECT_TRUE(two.known);
  EXPECT_EQ(two.functions, all_at({"00:03.0", "00:04.0", "03:00.0", "04:00.0"}));
  const auto mixed = root_of(host_of(name + first + fabric + root_is_259_0));
  EXPECT_FALSE(mixed.known) << "one way leads over a network";
  EXPECT_EQ(mixed.functions, all_at({"00:03.0", "03:00.0"}));
  EXPECT_FALSE(root_of(host_of(name + fabric + root_is_259_0)).known);
}

/// What stands between a controller and its disk is no PCI function, whatever it is called.
TEST(ProbeStorage, TransportsBetweenAControllerAndItsDisk) {
  const struct {
    const char *what, *place;
    Texts functions;
  } cases[] = {
      {"a SAS expander",
       "pci0000:00/0000:00:01.0/0000:01:00.0/host6/port-6:0/expander-6:0/port-6:0:3/"
       "end_device-6:0:3/target6:0:3/6:0:3:0/block",
       {"00:01.0", "01:00.0"}},
      {"fibre channel",
       "pci0000:00/0000:00:03.0/0000:04:00.1/host2/rport-2:0-1/target2:0:0/2:0:0:1/block",
       {"00:03.0", "04:00.1"}},
      {"iSCSI of an adapter",
       "pci0000:00/0000:00:03.0/0000:05:00.0/host7/session1/target7:0:0/7:0:0:0/block",
       {"00:03.0", "05:00.0"}},
      {"a VMD",
       "pci0000:00/0000:00:0e.0/pci10000:e0/10000:e0:06.0/10000:e1:00.0/nvme/nvme0",
       {"00:0e.0", "10000:e0:06.0", "10000:e1:00.0"}},
      {"iSCSI over any NIC", "platform/host3/session1/target3:0:0/3:0:0:0/block", {}},
      {"fibre channel over Ethernet",
       "virtual/net/eth0.100-fcoe/ctlr_0/host8/rport-8:0-0/target8:0:0/8:0:0:0/block",
       {}},
      {"a network block device", "virtual/block", {}},
  };
  for (const auto& [what, place, functions] : cases) {
    const auto root = root_of(host_of(block_at("sda", "259:0", place) + root_is_259_0));
    EXPECT_EQ(root.functions, all_at(functions)) << what;
    EXPECT_EQ(root.known, !functions.empty()) << what;
  }
}

/// By NFS, or on a disk of software iSCSI: found by the route to its server.
TEST(ProbeStorage, ARootOverTheNetworkStandsOnItsNic) {
  const auto network = section("/proc/net/route",
                               "Iface Destination Gateway Flags RefCnt Use Metric Mask\n"
                               "eth0 0000000A 00000000 0001 0 0 0 000000FF 0 0 0\n") +
                       "=== /sys/class/net/eth0 -> "
                       "../../devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0\n"
                       "=== /sys/devices/pci0000:00/0000:00:1c.0/0000:02:00.0/net/eth0 directory\n";
  const std::string session = "platform/host9/session1";
  const auto disk = block_at("sda", "259:0", session + "/target9:0:0/9:0:0:0/block");
  const auto connection = [&](const char* server) {
    return section("/sys/devices/" + session +
                       "/connection1:0/iscsi_connection/connection1:0/persistent_address",
                   std::string(server) + "\n");
  };
  const auto mounted = [](const char* type, const char* source) {
    return section("/proc/self/mountinfo",
                   "1 0 0:18 / / rw - " + std::string(type) + " " + source + " rw\n");
  };
  const struct {
    std::string storage, what;
    bool known;
  } cases[] = {
      {disk + connection("10.0.0.5") + root_is_259_0, "sda", true},
      {mounted("nfs4", "10.0.0.5:/xen/root"), "10.0.0.5:/xen/root over eth0", true},
      {mounted("cifs", "//10.0.0.5/root"), "//10.0.0.5/root over eth0", true},
      {disk + root_is_259_0, "sda", false},
      {disk + connection("fd00::5") + root_is_259_0, "sda", false},
      {disk + connection("11.0.0.5") + root_is_259_0, "sda", false},
      {mounted("nfs", "nas:/root"), "nas:/root", false},
  };
  for (const auto& [storage, what, known] : cases) {
    const auto root = root_of(host_of(network + storage));
    EXPECT_EQ(root.known, known) << storage;
    EXPECT_EQ(root.what, what);
    EXPECT_EQ(root.functions, known ? all_at({"00:1c.0", "02:00.0"}) : all_at({})) << storage;
  }
}

TEST(ProbeStorage, ACacheAndWhatIsEncryptedAreInUse) {
  const auto snapshot =
      host_of(block_at("sda1", "8:1", "pci0000:00/0000:00:1f.2/ata1/block/sda") +
              block_at("bcache0", "252:0", "virtual/block") + slave_of("bcache0", "sda1") +
              block_at("bcache0p1", "252:1", "virtual/block/bcache0") +
              block_at("dm-0", "253:0", "virtual/block") + slave_of("dm-0", "bcache0p1") +
              section("/sys/devices/virtual/block/dm-0/dm/name", "luks-data\n") +
              section("/sys/devices/virtual/block/dm-0/dm/uuid", "CRYPT-LUKS2-0123-luks-data\n"));
  const auto usage = usage_of(snapshot);
  Texts mappings;
  for (const auto& use : usage.at(at("00:1f.2")))
    if (use.kind == "mapping") mappings.push_back(use.name);
  EXPECT_EQ(mappings, (Texts{"bcache0", "luks-data"}));
}

}  // namespace
}  // namespace pci_passthrough
