#include "plugin/model/boot_mounts.hpp"

#include <gtest/gtest.h>

#include "plugin/model/mount_entries.hpp"
#include "plugin/model/storage.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// "!LABEL=data at /mnt/iso", the mark for what is required.
Texts told(const std::vector<MountEntry>& entries) {
  Texts texts;
  for (const auto& one : entries)
    texts.push_back((one.required ? "!" : "") + one.what + " at " + one.target);
  return texts;
}

TEST(MountEntries, OfEachKindOfLine) {
  const struct {
    const char* line;
    Texts entries;
  } cases[] = {
      {"LABEL=root-x / ext3 defaults 1 1", {"!LABEL=root-x at /"}},
      {"/dev/sdb1\t/mnt/iso\text4", {"!/dev/sdb1 at /mnt/iso"}},
      {"/dev/sdb1 /mnt/iso", {"!/dev/sdb1 at /mnt/iso"}},
      {"/dev/sdb1 /mnt/my\\040isos ext4 ro 0 0", {"!/dev/sdb1 at /mnt/my isos"}},
      {"UUID=\"1-2\" /d xfs defaults", {"!UUID=1-2 at /d"}},
      {"/dev/sdb1 /d ext4 rw,nofail 0 0", {"/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 noauto", {"/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 x-systemd.automount", {"/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 nofailing", {"!/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 nofail,fail", {"!/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 fail,nofail", {"/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 noauto,nofail,auto", {"/dev/sdb1 at /d"}},
      {"/dev/sdb1 /d ext4 user,noauto,auto", {"!/dev/sdb1 at /d"}},
      {"nas:/x /n nfs defaults", {"nas:/x at /n"}},
      {"/dev/sdc1 /i ext4 _netdev", {"/dev/sdc1 at /i"}},
      {"LABEL=swap none swap sw", {"!LABEL=swap at swap"}},
      {"/data/iso /isos none bind", {"!/data/iso at /isos"}},
      {"proc /proc proc defaults", {}},
      {"none /dev/shm tmpfs defaults", {}},
      {"tmpfs /tmp tmpfs size=1g", {}},
      {"  # /dev/sdb1 /d ext4", {}},
      {"/dev/sdb1", {}},
      {"", {}},
      {"/dev/sdb1 /d ext4 defaults 0 2\r", {"!/dev/sdb1 at /d"}},
  };
  for (const auto& [line, entries] : cases) {
    EXPECT_EQ(told(parse_fstab(line)), entries) << line;
    EXPECT_EQ(told(parse_fstab("# head\n" + std::string(line) + "\n\n")), entries) << line;
  }
}

TEST(MountEntries, OfCrypttab) {
  EXPECT_EQ(told(parse_crypttab("data UUID=1 /root/key\nold /dev/sdb1 none noauto\nx\n")),
            (Texts{"!UUID=1 at /dev/mapper/data", "/dev/sdb1 at /dev/mapper/old"}));
}

TEST(MountEntries, OfUnits) {
  const auto of = [](const char* name, const char* text, bool required) {
    const auto entry = parse_mount_unit(name, text, required);
    return entry ? told({*entry}).front() : "";
  };
  const auto* unit = "[Unit]\nWhat=no\n[Mount]\nWhat = /dev/sdb1\nWhere=/mnt/iso\nType=ext4\n";
  EXPECT_EQ(of("mnt-iso.mount", unit, true), "!/dev/sdb1 at /mnt/iso");
  EXPECT_EQ(of("mnt-iso.mount", unit, false), "/dev/sdb1 at /mnt/iso");
  EXPECT_EQ(of("mnt-iso.mount", (std::string(unit) + "Options=ro,nofail\n").c_str(), true),
            "/dev/sdb1 at /mnt/iso");
  EXPECT_EQ(of("x.swap", "[Swap]\nWhat=/dev/sdb2\n", true), "!/dev/sdb2 at swap");
  EXPECT_EQ(of("tmp.mount", "[Mount]\nWhat=tmpfs\nWhere=/tmp\nType=tmpfs\n", true), "");
  EXPECT_EQ(of("x.mount", "[Mount]\nWhere=/x\n", true), "");
}

constexpr char disks[] = R"(pci-passthrough recording 1
=== /sys/class/block/sda -> ../../devices/pci0000:00/0000:00:1f.2/block/sda
=== /sys/devices/pci0000:00/0000:00:1f.2/block/sda/dev
8:0
=== /sys/class/block/sdb -> ../../devices/pci0000:00/0000:00:1c.0/0000:03:00.0/block/sdb
=== /sys/devices/pci0000:00/0000:00:1c.0/0000:03:00.0/block/sdb/dev
8:16
)";
constexpr char mounts[] =
    "=== /proc/self/mountinfo\n1 0 8:0 / / rw - ext4 /dev/sda rw\n"
    "2 1 8:16 / /data rw - ext4 /dev/sdb rw\n";

BootMount only(const std::string& sections) {
  const auto all = boot_mounts(probed(disks + std::string(mounts) + sections));
  EXPECT_EQ(all.size(), 1u) << sections;
  return all.empty() ? BootMount{} : all.front();
}

TEST(BootMounts, LeadToTheirFunctions) {
  const auto sda = all_at({"00:1f.2"}), sdb = all_at({"00:1c.0", "03:00.0"}), none = all_at({});
  const auto fstab = [](const std::string& line) { return "=== /etc/fstab\n" + line + "\n"; };
  const struct {
    std::string sections;
    std::vector<PciAddress> functions;
    bool known = true;
  } cases[] = {
      {fstab("/dev/sdb /mnt/iso ext4"), sdb},
      {fstab("LABEL=iso /mnt/iso ext4") + "=== /dev/disk/by-label/iso -> ../../sdb\n", sdb},
      {fstab("UUID=1-2 /mnt/iso ext4") + "=== /dev/disk/by-uuid/1-2 -> ../../sdb\n", sdb},
      {fstab("PARTUUID=3 /mnt/iso ext4") + "=== /dev/disk/by-partuuid/3 -> ../../sdb\n", sdb},
      {fstab("/dev/disk/by-id/x /mnt ext4") + "=== /dev/disk/by-id/x -> ../../sdb\n", sdb},
      {fstab("LABEL=iso /mnt/iso ext4"), none, false},
      {fstab("LABEL=iso /mnt ext4") + "=== /dev/disk/by-label/iso error=EACCES\n", none, false},
      {fstab("LABEL=root / ext4"), sda},
      {fstab("LABEL=gone /data ext4"), sdb},
      {fstab("LABEL=a\\040b /m ext4") + "=== /dev/disk/by-label/a\\x5cx20b -> ../../sdb\n", sdb},
      {fstab("/data/iso /isos none bind"), sdb},
      {fstab("/data/x.iso /isos iso9660 loop"), sdb},
      {fstab("/data/swap none swap sw"), sdb},
      {fstab("/dev/sdb /m btrfs"), sdb},
      {"=== /etc/crypttab\nc /dev/sdb none\n", sdb},
      {"=== /etc/systemd/system/m.mount\n[Mount]\nWhat=/dev/sdb\nWhere=/m\n", sdb},
      {"=== /etc/systemd/system/m.mount\n[Mount]\nWhat=/dev/sda\nWhere=/m\n"
       "=== /etc/systemd/system/m.mount.d/a.conf\n[Mount]\nWhat=/dev/sdb\n",
       sdb},
      {"=== /etc/fstab error=EACCES\n", none, false},
      {"=== /etc/crypttab error=EIO\n", none, false},
      {"=== /etc/systemd/system error=EIO\n", none, false},
      {"=== /etc/systemd/system/m.mount error=EIO\n", none, false},
  };
  for (const auto& [sections, functions, known] : cases) {
    const auto boot = only(sections);
    EXPECT_EQ(boot.functions, functions) << sections;
    EXPECT_EQ(boot.unknown.empty(), known) << sections << boot.unknown;
  }
}

TEST(BootMounts, WhatIsRequiredByAnotherUnit) {
  const std::string unit = "=== /etc/systemd/system/m.mount\n[Mount]\nWhat=/dev/sdb\nWhere=/m\n";
  const std::string wants =
                        "=== /etc/systemd/system/multi-user.target.wants/m.mount -> ../m.mount\n",
                    requires_it =
                        "=== /etc/systemd/system/local-fs.target.requires/m.mount -> ../m.mount\n";
  EXPECT_FALSE(only(unit + wants).required);
  EXPECT_TRUE(only(unit + requires_it).required);
}

TEST(BootMounts, NothingWhereNoTableIsThere) {
  EXPECT_TRUE(boot_mounts(probed(disks + std::string(mounts))).empty());
  EXPECT_TRUE(boot_mounts(probed(disks + std::string(mounts) +
                                 "=== /etc/systemd/system/tmp.mount -> /dev/null\n"))
                  .empty());
}

TEST(BootMounts, ARecordingKeepsNoPassword) {
  const ScratchRoot root(
      "pci-passthrough recording 1\n=== /etc/fstab\n//nas/x /n cifs "
      "username=u,password=hunter2,ro 0 0\n/dev/sdb /m ext4\n");
  Host host(root.path());
  const auto snapshot = probe(host, ProbeScope::usage | ProbeScope::recording);
  EXPECT_EQ(snapshot.recording.find("hunter2"), std::string::npos);
  EXPECT_NE(snapshot.recording.find("/dev/sdb /m ext4"), std::string::npos);
}

TEST(SystemTargets, WhatDom0LivesFrom) {
  for (const char* own : {"/", "/boot", "/boot/efi", "/etc", "/etc/xensource", "/opt", "/opt/x",
                          "/var", "/var/lib", "/var/lib/xcp", "/var/log", "/var/log/audit", "/usr",
                          "/usr/local", "/root", "/tmp", "/lib64"})
    EXPECT_TRUE(is_system_target(own)) << own;
  for (const char* data : {"/run/sr-mount/1", "/var/run/sr-mount/1", "/media/x", "/mnt", "/mnt/iso",
                           "/srv", "/home", "/data", "/options", "/variable", "/var/opt/xen/iso",
                           "/run/media/x", "/dev/shm", "/proc/xen", "/sys"})
    EXPECT_FALSE(is_system_target(data)) << data;
}

}  // namespace
}  // namespace pci_passthrough
