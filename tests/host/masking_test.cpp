#include "plugin/host/masking.hpp"

#include <gtest/gtest.h>

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <random>
#include <set>

namespace pci_passthrough {
namespace {

/// The texts of the sections, masked, by path.
std::map<std::string, std::string> masked(const std::map<std::string, std::string>& texts) {
  std::map<std::string, Section> sections;
  for (const auto& [path, text] : texts)
    sections[path] = {.kind = SectionKind::text, .path = path, .content = text};
  std::map<std::string, std::string> result;
  for (const auto& [path, section] : mask(sections)) result[path] = section.content;
  return result;
}

std::string masked(const std::string& text) { return masked({{"/x", text}})["/x"]; }

TEST(Masking, ReplacesInTheSameShape) {
  const std::string values[] = {"79b2ef39-d5c6-4a1b-8c3d-0123456789ab", "00:1b:21:3c:9d:f8",
                                "192.168.13.7", "fe80::21b:21ff:fe3c:9df8"};
  for (const auto& value : values) {
    const std::string made = masked(value);
    EXPECT_NE(made, value);
    ASSERT_EQ(made.size(), value.size());
    for (std::size_t i = 0; i < value.size(); ++i)
      EXPECT_EQ(std::ispunct(static_cast<unsigned char>(value[i])) != 0,
                std::ispunct(static_cast<unsigned char>(made[i])) != 0)
          << value << " " << made;
  }
}

TEST(Masking, KeepsWhatTheChecksNeed) {
  for (const std::string text :
       {"0000:3b:00.0", "3b:00.0", "10000:01:00.0", "0x8086", "4.19.0+1", "/dev/sda1 / ext4 rw",
        "127.0.0.1", "255.255.255.0", "ff:ff:ff:ff:ff:ff", "00:00:00:00:00:00", "fe:ff:ff:ff:ff:ff",
        "::1", "pci0000:00", "xen-pciback.hide=(0000:06:00.0)(0000:07:00.0)",
        "pci:v00008086d00001533sv000015D9sd00001533bc02sc00i00", "8.2.1", "label=root-abcdef"})
    EXPECT_EQ(masked(text), text);
}

TEST(Masking, IsConsistentOverTheWholeText) {
  const std::string uuid = "79b2ef39-d5c6-4a1b-8c3d-0123456789ab";
  const auto made = masked({{"/etc/hostname", "rack7-node3.example.org\n"},
                            {"/log", "rack7-node3 " + uuid + " rack7-node33\n"},
                            {"/sys/block/sda/device/serial", "S3Z1NB0K\n"},
                            {"/dm", "VG--79b2ef39--d5c6--4a1b--8c3d--0123456789ab\n"},
                            {"/disk", "ata-S3Z1NB0K-part1\n"},
                            {"/proc/self/mountinfo", "1 2 0:3 / /mnt rw - nfs filer9:/vol rw\n"}});
  const std::string node = made.at("/log").substr(0, 11),
                    made_uuid = made.at("/log").substr(12, 36);
  EXPECT_NE(node, "rack7-node3");
  EXPECT_TRUE(made.at("/log").ends_with(" rack7-node33\n"));
  EXPECT_EQ(made.at("/etc/hostname").find("rack7"), std::string::npos);
  std::string doubled = made_uuid;
  for (std::size_t at = 0; (at = doubled.find('-', at)) != std::string::npos; at += 2)
    doubled.insert(at, "-");
  EXPECT_EQ(made.at("/dm"), "VG--" + doubled + "\n");
  const std::string serial = made.at("/sys/block/sda/device/serial").substr(0, 8);
  EXPECT_NE(serial, "S3Z1NB0K");
  EXPECT_EQ(made.at("/disk"), "ata-" + serial + "-part1\n");
  EXPECT_EQ(made.at("/proc/self/mountinfo").find("filer9"), std::string::npos);
  EXPECT_TRUE(made.at("/proc/self/mountinfo").ends_with(":/vol rw\n"));
}

TEST(Masking, DifferentValuesStayDifferent) {
  std::string text;
  for (int i = 1; i < 200; ++i) text += "10.0.1." + std::to_string(i) + "\n";
  const std::string made = masked(text);
  std::set<std::string> lines;
  for (std::size_t at = 0, end = 0; (end = made.find('\n', at)) != std::string::npos; at = end + 1)
    lines.insert(made.substr(at, end - at));
  EXPECT_EQ(lines.size(), 199u);
  EXPECT_EQ(masked(text), made);
}

TEST(Masking, MasksNamesToo) {
  const auto made =
      masked({{"/dev/disk/by-id/wwn-0x5000c500a1b2c3d4", ""}, {"/dev/disk/by-uuid/ABCD-1234", ""}});
  EXPECT_EQ(made.count("/dev/disk/by-id/wwn-0x5000c500a1b2c3d4"), 0u);
  EXPECT_EQ(made.count("/dev/disk/by-uuid/ABCD-1234"), 0u);
  EXPECT_EQ(made.size(), 2u);
}

TEST(Masking, ZeroesADeviceSerialNumberAndLeavesTheRestOfTheSpace) {
  std::string space(0x110, '\x11');
  const std::string serial = {'\x03', '\0', '\1', '\0', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H'};
  const std::string path = "/sys/devices/pci0000:00/0000:00:03.0/config";
  space.replace(0x100, serial.size(), serial);
  auto expected = space;
  expected.replace(0x104, 8, 8, '\0');
  EXPECT_EQ(masked({{path, space}}).at(path), expected);
}

TEST(Masking, AnNfsServersAddressIsNoNameWhosePartsWouldBeMaskedElsewhere) {
  const auto made = masked({{"/proc/self/mountinfo", "1 1 0:50 / /m rw - nfs 10.20.30.40:/x rw"},
                            {"/y", "0000:87:10.0"}});
  EXPECT_EQ(made.at("/y"), "0000:87:10.0");
  EXPECT_EQ(made.at("/proc/self/mountinfo").find("10.20.30.40"), std::string::npos);
}

TEST(Masking, LeavesNoIdentityBehind) {
  const std::string path = "/var/lib/pci-passthrough/devices.json";
  const auto made = masked({{path, "{\"devices\":[{\"marks\":[\"serial 0025903456789abc\"]}]}"}});
  EXPECT_EQ(made.at(path), "{\"schema\":1,\"devices\":[]}\n");
}

/// A map of multipath bears its disk's SCSI id, wherever it is named.
TEST(Masking, ADisksIdIsMaskedInEveryNameMadeOfIt) {
  const std::string id = "3600a0b80005ad1d7000009a44f8c2e31";
  const auto made = masked(
      {{"/dev/disk/by-id/scsi-" + id, ""},
       {"/sys/block/dm-0/dm/name", id + "\n"},
       {"/sys/block/dm-1/dm/name", id + "-part3\n"},
       {"/sys/block/dm-0/dm/uuid", "mpath-" + id + "\n"},
       {"/sys/block/dm-1/dm/uuid", "part3-mpath-" + id + "\n"},
       {"/proc/self/mountinfo", "22 1 253:1 / / rw - ext4 /dev/mapper/" + id + "-part3 rw\n"},
       {"/proc/cmdline", "root=/dev/mapper/" + id + "-part3 ro\n"},
       {"/boot/grub/grub.cfg", "module2 /boot/vmlinuz root=/dev/disk/by-id/scsi-" + id + "\n"}});
  for (const auto& [path, text] : made) {
    EXPECT_EQ(path.find(id), path.npos) << path;
    EXPECT_EQ(text.find(id), text.npos) << path << ": " << text;
  }
  const auto name = made.at("/sys/block/dm-0/dm/name");
  EXPECT_EQ(made.at("/sys/block/dm-0/dm/uuid"), "mpath-" + name);
}

/// A serial number may be any word of the kernel's or of xapi's.
TEST(Masking, NoSerialNumberRenamesWhatIsReadByName) {
  const std::map<std::string, std::string> host = {
      {"/sys/bus/pci/devices/0000:3b:00.0/uevent", "PCI_ID=8086:1533\n"},
      {"/sys/bus/pci/devices/0000:3b:00.0/vendor", "0x8086\n"},
      {"/boot/grub/grub.cfg", "module2 /boot/vmlinuz xen-pciback.hide=(0000:3b:00.0)\n"},
      {"/sys/block/dm-0/dm/uuid", "mpath-x1\n"},
      {"/sys/block/dm-1/dm/name", "VG_XenStorage--x-root\n"},
      {"/boot/grub/grubenv", "root=/dev/mapper/x1\n"},
      {"/proc/cmdline", "root=/dev/sda1 xen-pciback.hide=(0000:3b:00.0)\n"},
      {"/proc/self/mountinfo", "22 1 8:1 / / rw - ext4 /dev/sda1 rw\n"}};
  for (const char* serial :
       {"devices", "0000", "8086", "uevent", "sda1", "ext4", "boot", "pci0000", "xen-pciback",
        "mountinfo", "cmdline", "serial", "0x8086", "mpath", "mapper", "XenStorage"}) {
    auto with_serial = host;
    with_serial["/sys/block/sda/device/serial"] = std::string(serial) + "\n";
    with_serial["/dev/disk/by-id/ata-" + std::string(serial)] = "";
    const auto made = masked(with_serial);
    for (const auto& [path, text] : host) {
      ASSERT_TRUE(made.contains(path)) << serial << " " << path;
      EXPECT_EQ(made.at(path), text) << serial;
    }
    ASSERT_TRUE(made.contains("/sys/block/sda/device/serial")) << serial;
    EXPECT_NE(made.at("/sys/block/sda/device/serial"), std::string(serial) + "\n");
  }
}

/// Each learned value is looked for at each place, one after the other.
std::string without_learned(const std::string& text, const std::vector<std::string>& values) {
  std::string left;
  for (std::size_t at = 0; at < text.size();) {
    std::size_t size = 0;
    const bool begins = at == 0 || !std::isalnum(static_cast<unsigned char>(text[at - 1]));
    for (const auto& value : values) {
      const auto end = at + value.size();
      const bool ends = end >= text.size() || !std::isalnum(static_cast<unsigned char>(text[end]));
      if (begins && ends && text.compare(at, value.size(), value) == 0)
        size = std::max(size, value.size());
    }
    left += size > 0 ? std::string(size, '#') : text.substr(at, 1);
    at += std::max<std::size_t>(size, 1);
  }
  return left;
}

TEST(Masking, TheLongestOfSomeHundredValuesIsFoundWhereverItStands) {
  std::mt19937 random(7);
  const auto word = [&](std::size_t least) {
    std::string text;
    while (text.size() < least || random() % 4 != 0) text += "gh-kx_"[random() % 6];
    return text;
  };
  for (int round = 0; round < 200; ++round) {
    std::map<std::string, std::string> texts;
    std::vector<std::string> values;
    for (int i = 0; i < 100; ++i) {
      values.push_back("k" + word(3) + "x");
      texts[fmt::format("/sys/block/sd{}/device/serial", i)] = values.back();
    }
    for (int i = 0; i < 50; ++i)
      texts["/x"] += random() % 3 == 0 ? values[random() % values.size()] + "-" : word(2) + " ";
    const auto made = masked(texts).at("/x"), left = without_learned(texts["/x"], values);
    ASSERT_EQ(made.size(), left.size());
    for (std::size_t i = 0; i < left.size(); ++i)
      if (left[i] != '#')
        ASSERT_EQ(made[i], left[i]) << texts["/x"] << "\n" << left << "\n" << made;
  }
}

}  // namespace
}  // namespace pci_passthrough
