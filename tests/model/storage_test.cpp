#include "plugin/model/storage.hpp"

#include <gtest/gtest.h>

#include "plugin/model/usage.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

BlockDevice disk(std::string name, std::string number, const Texts& path, bool usb = false) {
  return {std::move(name), std::move(number), "", "", all_at(path), usb, {}};
}

BlockDevice upon(std::string name, std::string number, Texts below, std::string title = "") {
  return {std::move(name), std::move(number), std::move(title), "", {}, false, std::move(below)};
}

BlockDevice reached_otherwise_too(BlockDevice block) {
  block.has_other_ways = true;
  return block;
}

Mount mount(std::string target, std::string source, std::string number = "") {
  return {std::move(source), std::move(target), "ext4", std::move(number), false};
}

SystemVolume volume(const Snapshot& snapshot, std::string_view name) {
  for (const auto& one : system_volumes(snapshot))
    if (one.name == name) return one;
  ADD_FAILURE() << "no volume " << name;
  return {};
}

/// Two disks on two controllers behind one root port each, and a third on USB.
Snapshot three_disks() {
  Snapshot snapshot;
  snapshot.blocks = {disk("sda", "8:0", {"00:01.0", "01:00.0"}),  upon("sda1", "8:1", {"sda"}),
                     disk("sdb", "8:16", {"00:02.0", "02:00.0"}), upon("sdb1", "8:17", {"sdb"}),
                     disk("sdc", "8:32", {"00:14.0"}, true),      upon("sdc1", "8:33", {"sdc"})};
  return snapshot;
}

TEST(Storage, FollowsEachLayerToItsFunctions) {
  struct {
    const char* what;
    std::vector<BlockDevice> more;
    Mount root;
    Texts functions, disks;
    bool usb = false, known = true;
  } const cases[] = {
      {"a partition", {}, mount("/", "/dev/sda1"), {"00:01.0", "01:00.0"}, {"sda"}},
      {"a whole disk", {}, mount("/", "/dev/sdb"), {"00:02.0", "02:00.0"}, {"sdb"}},
      {"RAID 1 over two controllers",
       {upon("md0", "9:0", {"sda1", "sdb1"}), upon("md0p1", "259:0", {"md0"})},
       mount("/", "/dev/md0p1"),
       {"00:01.0", "00:02.0", "01:00.0", "02:00.0"},
       {"sda", "sdb"}},
      {"LVM on multipath",
       {upon("dm-0", "253:0", {"sda", "sdb"}, "mpatha"),
        upon("dm-1", "253:1", {"dm-0"}, "VG--one-root")},
       mount("/", "/dev/mapper/VG--one-root"),
       {"00:01.0", "00:02.0", "01:00.0", "02:00.0"},
       {"sda", "sdb"}},
      {"LVM on crypt on RAID on partitions",
       {upon("md0", "9:0", {"sda1"}), upon("dm-0", "253:0", {"md0"}),
        upon("dm-1", "253:1", {"dm-0"}), upon("dm-2", "253:2", {"dm-1"})},
       mount("/", "/dev/dm-2"),
       {"00:01.0", "01:00.0"},
       {"sda"}},
      {"a USB stick", {}, mount("/", "/dev/sdc1"), {"00:14.0"}, {"sdc"}, true},
      {"half of a RAID on iSCSI",
       {disk("sdx", "65:0", {}), upon("md0", "9:0", {"sda1", "sdx"})},
       mount("/", "/dev/md0"),
       {"00:01.0", "01:00.0"},
       {"sda", "sdx"},
       false,
       false},
      {"a loop device",
       {disk("loop0", "7:0", {})},
       mount("/", "/dev/loop0"),
       {},
       {"loop0"},
       false,
       false},
      {"a cache before a disk",
       {upon("bcache0", "252:0", {"sda1", "sdb"}), upon("bcache0p1", "252:1", {"bcache0"})},
       mount("/", "/dev/bcache0p1"),
       {"00:01.0", "00:02.0", "01:00.0", "02:00.0"},
       {"sda", "sdb"}},
      {"a namespace that is also reached over a network",
       {reached_otherwise_too(disk("nvme0n1", "259:0", {"00:03.0", "03:00.0"}))},
       mount("/", "/dev/nvme0n1"),
       {"00:03.0", "03:00.0"},
       {"nvme0n1"},
       false,
       false},
      {"btrfs, which may lie on more disks than it says",
       {},
       {"/dev/sda1", "/", "btrfs", "0:31", false},
       {"00:01.0", "01:00.0"},
       {"sda"},
       false,
       false},
      {"a slave that is not there",
       {upon("dm-0", "253:0", {"sda", "gone"})},
       mount("/", "/dev/dm-0"),
       {"00:01.0", "01:00.0"},
       {"sda"},
       false,
       false},
      {"a circle",
       {upon("dm-0", "253:0", {"dm-1", "sda"}), upon("dm-1", "253:1", {"dm-0"})},
       mount("/", "/dev/dm-1"),
       {"00:01.0", "01:00.0"},
       {"sda"}},
      {"its number, whatever its source is called",
       {},
       mount("/", "/dev/root", "8:1"),
       {"00:01.0", "01:00.0"},
       {"sda"}},
      {"a number that no device has, its source then",
       {},
       mount("/", "/dev/sda1", "0:31"),
       {"00:01.0", "01:00.0"},
       {"sda"}},
  };
  for (const auto& one : cases) {
    SCOPED_TRACE(one.what);
    auto snapshot = three_disks();
    snapshot.blocks.insert(snapshot.blocks.end(), one.more.begin(), one.more.end());
    snapshot.mounts = {one.root};
    const auto root = volume(snapshot, "/");
    EXPECT_EQ(root.functions, all_at(one.functions));
    EXPECT_EQ(root.usb, one.usb);
    EXPECT_EQ(root.known, one.known);
    const Storage storage(snapshot);
    ASSERT_TRUE(storage.of(one.root));
    EXPECT_EQ(storage.below(*storage.of(one.root)).disks, one.disks);
  }
}

TEST(Storage, AHundredLayers) {
  auto snapshot = three_disks();
  snapshot.blocks.push_back(upon("dm-0", "253:0", {"sda1"}));
  for (int i = 1; i < 100; ++i)
    snapshot.blocks.push_back(upon("dm-" + std::to_string(i), "253:" + std::to_string(i),
                                   {"dm-" + std::to_string(i - 1)}));
  snapshot.mounts = {mount("/", "/dev/dm-99")};
  EXPECT_EQ(volume(snapshot, "/").functions, all_at({"00:01.0", "01:00.0"}));
}

TEST(Storage, WhatCannotBeFollowedIsNotKnown) {
  for (const auto& root : {mount("/", "10.0.0.5:/root", "0:40"), mount("/", "rpool/ROOT", "0:22"),
                           mount("/", "/dev/root"), mount("/", "/dev/sdz1", "65:145"),
                           mount("/", "overlay", "0:30")}) {
    auto snapshot = three_disks();
    snapshot.mounts = {root};
    EXPECT_FALSE(volume(snapshot, "/").known) << root.source;
    EXPECT_TRUE(volume(snapshot, "/").functions.empty()) << root.source;
  }
  EXPECT_FALSE(volume(three_disks(), "/").known) << "no list of mounts at all";
}

TEST(Storage, TheLastMountOfATargetCounts) {
  auto snapshot = three_disks();
  snapshot.mounts = {mount("/", "rootfs", "0:1"), mount("/", "/dev/root", "8:17")};
  EXPECT_TRUE(volume(snapshot, "/").known);
  EXPECT_EQ(volume(snapshot, "/").functions, all_at({"00:02.0", "02:00.0"}));
}

TEST(Storage, SwapIsAVolumeToo) {
  auto snapshot = three_disks();
  snapshot.mounts = {mount("/", "/dev/sda1", "8:1"), mount("/data", "/dev/sdb1", "8:17"),
                     mount("/database", "/dev/sdc1", "8:33")};
  snapshot.blocks.push_back(disk("zram0", "252:0", {}));
  snapshot.blocks.push_back(upon("cciss!c0d0p2", "104:2", {"sdb"}));
  const struct {
    const char* swap;
    Texts functions;
    bool known = true;
  } cases[] = {{"/dev/sdb1", {"00:02.0", "02:00.0"}},
               {"/var/swap/swap.001", {"00:01.0", "01:00.0"}},
               {"/data/swap", {"00:02.0", "02:00.0"}},
               {"/database/swap", {"00:14.0"}},
               {"/dev/zram0", {}},
               {"/dev/cciss/c0d0p2", {"00:02.0", "02:00.0"}},
               {"/dev/sdz", {}, false}};
  for (const auto& [swap, functions, known] : cases) {
    snapshot.swaps = {swap};
    const auto found = volume(snapshot, "swap on " + std::string(swap));
    EXPECT_EQ(found.functions, all_at(functions)) << swap;
    EXPECT_EQ(found.known, known) << swap;
  }
}

TEST(Storage, AFileSystemInMemoryIsNoVolumeButRootIs) {
  auto snapshot = three_disks();
  snapshot.mounts = {mount("/", "/dev/sda1", "8:1"),
                     mount("/var/log", "/dev/sdb1", "8:17"),
                     {"tmpfs", "/var/log", "tmpfs", "0:40", false}};
  ASSERT_EQ(system_volumes(snapshot).size(), 1u);
  EXPECT_TRUE(volume(snapshot, "/").known);

  snapshot.mounts = {{"tmpfs", "/", "tmpfs", "0:40", false}};
  EXPECT_FALSE(volume(snapshot, "/").known);
}

TEST(Storage, TheMountThatHoldsAPath) {
  Snapshot snapshot;
  snapshot.mounts = {mount("/", "a"), mount("/boot", "b"), mount("/boot/efi", "c"),
                     mount("/boot/efi", "d")};
  const auto holder = [&](std::string_view path) { return mount_holding(snapshot, path)->source; };
  EXPECT_EQ(holder("/etc/fstab"), "a");
  EXPECT_EQ(holder("/bootleg"), "a");
  EXPECT_EQ(holder("/boot/grub/grub.cfg"), "b");
  EXPECT_EQ(holder("/boot/efi/EFI/xenserver/grub.cfg"), "d");
  EXPECT_FALSE(mount_holding({}, "/etc/fstab"));
}

TEST(Storage, OfTheRecordedHosts) {
  const struct {
    const char* host;
    const char* volume;
    Texts functions;
  } cases[] = {
      {"xcp-ng-8.3", "/", {"85:00.0", "86:00.0", "87:08.0", "88:00.0"}},
      {"xcp-ng-8.3", "/boot/efi", {"85:00.0", "86:00.0", "87:08.0", "88:00.0"}},
      {"xcp-ng-8.3", "swap on /dev/md127p6", {"85:00.0", "86:00.0", "87:08.0", "88:00.0"}},
      {"xenserver-6.2", "/", {"00:1f.2"}},
      {"xcp-ng-8.2-bios", "/var/log", {"00:02.2", "02:00.0"}},
      {"xcp-ng-8.3-kernel-alt", "/", {"00:17.0"}},
      {"xenserver-9", "/", {"00:0e.0", "10000:e0:06.0", "10000:e1:00.0"}},
  };
  for (const auto& [host, name, functions] : cases) {
    const auto found = volume(recorded(host), name);
    EXPECT_EQ(found.functions, all_at(functions)) << host << ' ' << name;
    EXPECT_TRUE(found.known) << host << ' ' << name;
    EXPECT_FALSE(found.usb) << host << ' ' << name;
  }
}

}  // namespace
}  // namespace pci_passthrough
