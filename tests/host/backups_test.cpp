#include "plugin/host/backups.hpp"

#include "plugin/host/sha256.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using Names = std::vector<std::string>;
constexpr char path[] = "/boot/grub/grub.cfg";
const std::string content("a\0b\r\n\xff", 6);

struct BackupRoot {
  BackupRoot() { directory.write("boot/grub/grub.cfg", content); }
  std::string write() const { return write_backup(host, path, content, "hide", "root at a shell"); }
  std::string place(const std::string& name) const {
    return "var/lib/pci-passthrough/backups/" + name;
  }
  TemporaryDirectory directory;
  const Host host{directory.path()};
};

TEST(Backups, KnowsTheHash) {
  EXPECT_EQ(sha256("abc"), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

TEST(Backups, AreReadAsTheyWereWritten) {
  const BackupRoot root;
  const std::string first = root.write(), second = root.write();
  Names damaged;
  const auto backups = read_backups(root.host, &damaged);
  ASSERT_TRUE(backups);
  ASSERT_EQ(backups.value.size(), 2u);
  EXPECT_TRUE(damaged.empty());
  EXPECT_EQ(backups.value[0].id, first);
  EXPECT_EQ(backups.value[1].id, second);
  const Backup& backup = backups.value[0];
  EXPECT_EQ(backup.content, content);
  EXPECT_EQ(backup.function, "hide");
  EXPECT_EQ(backup.caller, "root at a shell");
  EXPECT_EQ(backup.path, path);
  EXPECT_EQ(backup.sha256, sha256(content));
  EXPECT_EQ(first.size(), std::string("20261124T055959.123456Z-5891b5b5").size());
  EXPECT_EQ(first.substr(23), "-" + sha256(content).substr(0, 8)) << first;
  EXPECT_EQ(backup.time.size(), std::string("2026-11-24T05:59:59Z").size());
}

TEST(Backups, OneStandsBesideTheBootFile) {
  const BackupRoot root;
  root.write();
  EXPECT_EQ(root.directory.read("boot/grub/grub.cfg.pci-passthrough.bak"), content);
}

TEST(Backups, NoneIsNoTrouble) {
  TemporaryDirectory root;
  const auto backups = read_backups(Host(root.path()), nullptr);
  EXPECT_TRUE(backups);
  EXPECT_TRUE(backups.value.empty());
}

TEST(Backups, NamesTheDamaged) {
  const BackupRoot root;
  const std::string good = root.write();
  const std::string changed = root.write(), lost = root.write(), torn = root.write();
  root.directory.write(root.place(changed + ".content"), "other");
  std::filesystem::remove(root.directory / root.place(lost + ".content"));
  root.directory.write(root.place(torn + ".json"), "{\"id\":");
  root.directory.write(root.place("array.json"), "[]");
  Names damaged;
  const auto backups = read_backups(root.host, &damaged);
  ASSERT_EQ(backups.value.size(), 1u);
  EXPECT_EQ(backups.value[0].id, good);
  EXPECT_EQ(damaged, (Names{changed, lost, torn, "array"}));
}

TEST(Backups, RemovesWhatAKilledCallLeft) {
  const BackupRoot root;
  const std::string good = root.write();
  root.directory.write(root.place("half.content"), "half");
  root.directory.write(root.place("half.content.pci-passthrough.tmp"), "half");
  root.directory.write(root.place("half.json.pci-passthrough.tmp"), "half");
  remove_leftover_backups(root.host);
  EXPECT_EQ(root.host.list("/var/lib/pci-passthrough/backups").value,
            (Names{good + ".content", good + ".json"}));
}

TEST(Backups, FullDiskLeavesNoHalfOne) {
  TemporaryDirectory directory;
  if (!directory.mount("64k")) GTEST_SKIP() << "may not mount";
  directory.write("boot/grub/grub.cfg", "old\n");
  const Host host(directory.path());
  const std::string said = failure_of(
      [&] { write_backup(host, path, std::string(1 << 20, 'x'), "hide", "root at a shell"); });
  EXPECT_NE(said.find("No space left on device; nothing was changed"), std::string::npos) << said;
  EXPECT_TRUE(host.list("/var/lib/pci-passthrough/backups").value.empty());
}

}  // namespace
}  // namespace pci_passthrough
