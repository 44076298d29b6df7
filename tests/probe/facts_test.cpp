#include <gtest/gtest.h>

#include "plugin/model/storage.hpp"
#include "plugin/model/usage.hpp"
#include "tests/probe/sections.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

constexpr char grub[] =
    "set default=0\n"
    "if [ -s $prefix/grubenv ]; then\n\tload_env\nfi\n"
    "if [ -n \"$override_entry\" ]; then\n\tset default=$override_entry\nfi\n"
    "menuentry 'XCP-ng' {\n\tmultiboot2 /boot/xen.gz\n"
    "\tmodule2 /boot/vmlinuz-4.19-xen root=/dev/sda1 ro\n"
    "\tmodule2 /boot/initrd-4.19-xen.img\n}\n";

constexpr char efi_file[] = "/boot/efi/EFI/xenserver/grub.cfg", bios_file[] = "/boot/grub/grub.cfg";

TEST(ProbeBoot, TheFirmwareDecidesWhichFileBoots) {
  const auto efi = section(efi_file, grub), bios = section(bios_file, grub);
  const std::string booted_by_efi = "=== /sys/firmware/efi directory\n",
                    booted_by_bios = "=== /sys/firmware/acpi directory\n";
  const struct {
    std::string sections;
    std::string path, platform_path;
  } cases[] = {{efi + booted_by_efi, efi_file, efi_file},
               {efi + bios + booted_by_efi, efi_file, efi_file},
               {efi + bios + booted_by_bios, bios_file, efi_file},
               {bios + booted_by_bios, bios_file, bios_file},
               {bios, bios_file, bios_file},
               {bios + booted_by_efi, efi_file, bios_file},
               {efi + booted_by_bios, "", efi_file},
               {section("/boot/extlinux.conf", "default xe\n") + booted_by_bios,
                "/boot/extlinux.conf", "/boot/extlinux.conf"},
               {"", "", ""}};
  for (const auto& [sections, path, platform_path] : cases) {
    const auto boot = host_of(sections).boot;
    EXPECT_EQ(boot.path, path) << sections;
    EXPECT_EQ(boot.platform_path, platform_path) << sections;
    EXPECT_EQ(boot.unreadable.empty(), !path.empty() && sections.find(path) != std::string::npos)
        << boot.unreadable;
  }
}

TEST(ProbeBoot, AnOverrideThatCannotBeReadIsNoNone) {
  const auto file = section(bios_file, grub);
  EXPECT_EQ(host_of(file).boot.unreadable, "") << "absent is a fact";
  const auto block = "# GRUB Environment Block\noverride_entry=XCP-ng\n";
  EXPECT_EQ(host_of(file + section("/boot/grub/grubenv", block)).boot.grubenv_override, "XCP-ng");
  EXPECT_TRUE(host_of(file + "=== /boot/grub/grubenv error=EIO\n")
                  .boot.unreadable.starts_with("cannot read /boot/grub/grubenv ("));
}

/// A function's directory with these files.
std::string function(const std::string& files) {
  const std::string place = "/sys/devices/pci0000:00/0000:00:1f.2";
  std::string sections =
      "=== /sys/bus/pci/devices/0000:00:1f.2 -> ../../../devices/pci0000:00/0000:00:1f.2\n"
      "=== " +
      place + " directory\n";
  for (std::size_t begin = 0; begin < files.size();) {
    const auto end = files.find('\n', begin), gap = files.find(' ', begin);
    sections += section(place + "/" + files.substr(begin, gap - begin),
                        files.substr(gap + 1, end - gap - 1) + "\n");
    begin = end + 1;
  }
  return sections;
}

TEST(ProbeFunctions, AMissingFactIsUnknown) {
  const auto bare = host_of(function("")).functions.at(0);
  EXPECT_FALSE(bare.vendor_id || bare.class_code || bare.header_type || bare.numa_node ||
               bare.boot_vga || bare.physical_function);
  EXPECT_EQ(bare.driver, "") << "no link is no driver";

  const auto broken = host_of(function("vendor 0xzzzz\nclass\nnuma_node x\n")).functions.at(0);
  EXPECT_FALSE(broken.vendor_id || broken.class_code || broken.numa_node);

  const auto full =
      host_of(function("vendor 0x8086\nclass 0x010601\nnuma_node -1\n")).functions.at(0);
  EXPECT_EQ(full.vendor_id, 0x8086);
  EXPECT_EQ(full.class_code->value, 0x010601u);
  EXPECT_EQ(full.numa_node, -1);
}

TEST(ProbeFunctions, AnUnreadableDriverIsUnknown) {
  const auto host =
      host_of(function("") + "=== /sys/devices/pci0000:00/0000:00:1f.2/driver directory\n");
  EXPECT_FALSE(host.functions.at(0).driver);
}

TEST(ProbeFunctions, AFunctionThatAnswersNothingIsNoBridge) {
  std::string config = "=== /sys/devices/pci0000:00/0000:00:1f.2/config hex\n";
  for (int line = 0; line < 4; ++line) {
    for (int byte = 0; byte < 16; ++byte) config += byte ? " ff" : "ff";
    config += "\n";
  }
  const auto dead = host_of(function("class 0x010601\n") + config).functions.at(0);
  EXPECT_FALSE(dead.header_type);
  EXPECT_FALSE(dead.is_bridge());
}

TEST(ProbeFunctions, VirtualFunctionsKnowTheirPhysicalOne) {
  const auto& host = recorded("xcp-ng-8.3");
  EXPECT_EQ(host.find(at("8a:10.4"))->physical_function, at("89:00.0"));
  EXPECT_EQ(host.find(at("89:00.0"))->virtual_functions, all_at({"8a:10.0", "8a:10.4"}));
  EXPECT_EQ(host.find(at("88:00.0"))->path, all_at({"85:00.0", "86:00.0", "87:08.0"}));
}

constexpr char sda[] =
    "=== /sys/class/block/sda -> ../../devices/pci0000:00/0000:00:1f.2/ata1/block/sda\n"
    "=== /sys/devices/pci0000:00/0000:00:1f.2/ata1/block/sda/dev\n8:0\n"
    "=== /sys/class/block/sda1 -> ../../devices/pci0000:00/0000:00:1f.2/ata1/block/sda/sda1\n"
    "=== /sys/devices/pci0000:00/0000:00:1f.2/ata1/block/sda/sda1/dev\n8:1\n";

TEST(ProbeStorage, MountsFromWhicheverListThereIs) {
  for (const char* mounts :
       {"=== /proc/self/mountinfo\n12 1 8:1 / / ro,relatime shared:1 - ext3 /dev/root rw\n",
        "=== /proc/self/mounts\n/dev/sda1 / ext3 ro,noatime 0 0\n",
        "=== /proc/mounts\nrootfs / rootfs rw 0 0\n/dev/sda1 / ext3 ro 0 0\n"}) {
    const auto snapshot = host_of(std::string(sda) + mounts);
    EXPECT_TRUE(root_of(snapshot).known) << mounts;
    EXPECT_EQ(root_of(snapshot).functions, all_at({"00:1f.2"})) << mounts;
    EXPECT_TRUE(snapshot.mounts.back().read_only) << mounts;
  }
  EXPECT_TRUE(host_of(sda).unreadable.contains("/proc/self/mountinfo"));
  EXPECT_FALSE(root_of(host_of(sda)).known);
}

/// Linux Documentation/filesystems/proc.rst: the options of the mount, and of the superblock.
TEST(ProbeStorage, AMountIsReadOnlyWhereItOrItsSuperblockIs) {
  for (const std::string mount : {"rw", "ro"})
    for (const std::string super : {"rw", "ro"}) {
      const auto snapshot =
          host_of("=== /proc/self/mountinfo\n12 1 8:1 / / " + mount +
                  ",relatime shared:1 - ext3 /dev/sda1 " + super + ",errors=continue\n");
      ASSERT_EQ(snapshot.mounts.size(), 1u);
      EXPECT_EQ(snapshot.mounts[0].read_only, mount == "ro" || super == "ro") << mount << super;
    }
}

TEST(ProbeStorage, MountinfoWithOctalBlanksAndManyTags) {
  const auto snapshot = host_of(
      "=== /proc/self/mountinfo\n"
      "9 1 8:1 / /mnt/a\\134040b\\040c rw - ext4 /dev/disk/by-label/my\\040disk rw\n"
      "10 1 8:2 / /x rw,noatime shared:1 master:2 propagate_from:3 - ext4 /dev/sda2 rw\n");
  ASSERT_EQ(snapshot.mounts.size(), 2u);
  EXPECT_EQ(snapshot.mounts[0].target, "/mnt/a\\040b c");
  EXPECT_EQ(snapshot.mounts[0].source, "/dev/disk/by-label/my disk");
  EXPECT_EQ(snapshot.mounts[1].source, "/dev/sda2");
  EXPECT_EQ(snapshot.mounts[1].number, "8:2");
}

TEST(ProbeStorage, ADiskOnUsb) {
  const auto snapshot = host_of(
      "=== /sys/class/block/sdb -> ../../devices/pci0000:00/0000:00:14.0/usb2/2-1/2-1:1.0/host6/"
      "target6:0:0/6:0:0:0/block/sdb\n"
      "=== /proc/mounts\n/dev/sdb / ext4 rw 0 0\n");
  EXPECT_TRUE(root_of(snapshot).usb);
  EXPECT_EQ(root_of(snapshot).functions, all_at({"00:14.0"}));
}

TEST(ProbeStorage, Swaps) {
  const auto snapshot = host_of(
      "=== /proc/swaps\nFilename\tType\tSize\tUsed\tPriority\n"
      "/dev/sda6                               "
      "partition\t1048572\t0\t-2\n/var/swap/swap.001\tfile\t1\t0\t-1\n");
  EXPECT_EQ(snapshot.swaps, (Texts{"/dev/sda6", "/var/swap/swap.001"}));
}

/// A function whose `resource` begins with these lines; the others are empty.
std::optional<std::vector<Bar>> bars_of(const std::string& lines, std::size_t count = 13) {
  const auto written = std::ranges::count(lines, '\n');
  std::string resource = lines;
  for (auto i = static_cast<std::size_t>(written); i < count; ++i)
    resource += "0x0000000000000000 0x0000000000000000 0x0000000000000000\n";
  return host_of(
             "=== /sys/bus/pci/devices/0000:06:00.0 -> ../../../devices/pci0000:00/0000:06:00.0\n"
             "=== /sys/devices/pci0000:00/0000:06:00.0/resource\n" +
             resource)
      .functions.at(0)
      .bars;
}

TEST(ProbeBars, MemoryAloneAndOnlyTheFunctionsOwn) {
  const auto bars = bars_of(
      "0x00000000b4000000 0x00000000b4ffffff 0x0000000000040200\n"
      "0x0000382000000000 0x000038200fffffff 0x000000000014220c\n"
      "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
      "0x0000000000006000 0x000000000000607f 0x0000000000040101\n"
      "0x0000000000000000 0x00000003ffffffff 0x0000000020000204\n"
      "0x0000000000000000 0x0000000000000000 0x0000000000000000\n"
      "0x00000000b5000000 0x00000000b507ffff 0x0000000000046200\n"
      "0x0000382100000000 0x00003821ffffffff 0x000000000014220c\n");
  ASSERT_TRUE(bars);
  const std::pair<std::uint64_t, bool> wanted[] = {
      {16 << 20, false}, {256 << 20, true}, {16ull << 30, true}, {512 << 10, false}};
  ASSERT_EQ(bars->size(), std::size(wanted));
  for (std::size_t i = 0; i < bars->size(); ++i)
    EXPECT_EQ(std::pair((*bars)[i].size, (*bars)[i].is_64bit), wanted[i]) << i;
}

TEST(ProbeBars, OfWhatIsTakenWhereNotAllAreAskedFor) {
  const ScratchRoot root(text_of_file(recordings() / "xcp-ng-8.3.host"));
  Host host(root.path());
  auto some = probe(host, ProbeScope::functions | ProbeScope::boot | ProbeScope::bars);
  EXPECT_TRUE(function_of(some, "3b:00.0").bars) << "a rule hides it";
  EXPECT_FALSE(function_of(some, "18:00.0").bars);
  auto all = recorded("xcp-ng-8.3");
  EXPECT_TRUE(function_of(all, "18:00.0").bars);
}

TEST(ProbeBars, WhatIsCutOrNoRangeIsUnknown) {
  EXPECT_EQ(bars_of("")->size(), 0u);
  EXPECT_FALSE(bars_of("", 6));
  EXPECT_FALSE(bars_of("0x2000 0x1fff 0x200\n"));
  EXPECT_FALSE(bars_of("0x2000 size 0x200\n"));
}

TEST(ProbeDriverDevices, ThoseOfPciFunctionsAlone) {
  const auto snapshot = host_of(
      "=== /sys/class/watchdog/watchdog0 -> "
      "../../devices/pci0000:00/0000:00:1f.4/iTCO_wdt/watchdog/"
      "watchdog0\n=== /sys/class/tpm/tpm0 -> ../../devices/platform/MSFT0101:00/tpm/tpm0\n"
      "=== /sys/class/ipmi error=EACCES\n");
  ASSERT_EQ(snapshot.driver_devices.size(), 1u);
  EXPECT_EQ(snapshot.driver_devices[0].kind, "watchdog");
  EXPECT_EQ(snapshot.driver_devices[0].name, "watchdog0");
  EXPECT_EQ(snapshot.driver_devices[0].path, all_at({"00:1f.4"}));
  EXPECT_TRUE(snapshot.unreadable.contains("/sys/class/ipmi"));
}

}  // namespace
}  // namespace pci_passthrough
