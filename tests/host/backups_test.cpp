#include "plugin/host/backups.hpp"

#include "plugin/model/sha256.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using Unread = std::vector<UnreadBackup>;
constexpr char damaged[] = "it is damaged";
constexpr char path[] = "/boot/grub/grub.cfg";
const std::string content("a\0b\r\n\xff", 6);

struct BackupRoot {
  BackupRoot() { directory.write("boot/grub/grub.cfg", content); }
  std::string write() const {
    return write_backup(
        host, {.function = "hide", .caller = "root at a shell", .path = path, .content = content});
  }
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
  Unread unread;
  const auto backups = read_backups(root.host, &unread);
  ASSERT_TRUE(backups);
  ASSERT_EQ(backups.value.size(), 2u);
  EXPECT_TRUE(unread.empty());
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

TEST(Backups, NamesTheUnread) {
  const BackupRoot root;
  const std::string good = root.write();
  const std::string changed = root.write(), lost = root.write(), torn = root.write(),
                    huge = root.write();
  root.directory.write(root.place(changed + ".content"), "other");
  std::filesystem::remove(root.directory / root.place(lost + ".content"));
  root.directory.write(root.place(torn + ".json"), "{\"id\":");
  root.directory.write(root.place("array.json"), "[]");
  root.directory.write(root.place(huge + ".content"), std::string(max_file + 1, 'x'));
  Unread unread;
  const auto backups = read_backups(root.host, &unread);
  ASSERT_EQ(backups.value.size(), 1u);
  EXPECT_EQ(backups.value[0].id, good);
  EXPECT_EQ(unread, (Unread{{changed, damaged},
                            {lost, damaged},
                            {torn, damaged},
                            {huge, "larger than 4 MiB, the most that is read"},
                            {"array", damaged}}));
}

TEST(Backups, OneUnderAnotherNameIsDamaged) {
  const BackupRoot root;
  const std::string good = root.write();
  for (const char* suffix : {".json", ".content"})
    std::filesystem::copy(root.directory / root.place(good + suffix),
                          root.directory / root.place(good + "0" + suffix));
  Unread unread;
  const auto backups = read_backups(root.host, &unread);
  ASSERT_EQ(backups.value.size(), 1u);
  EXPECT_EQ(backups.value[0].id, good);
  EXPECT_EQ(unread, (Unread{{good + "0", damaged}}));
}

TEST(Backups, AVmsEntryIsReadAsItWasWritten) {
  const BackupRoot root;
  Identity identity;
  identity.address = PciAddress::parse("06:00.0").value();
  identity.kind = "8086:1521";
  identity.stable_ids = {"mac 00:11"};
  const std::string raw("0/0000:06:00.0\xff\n");
  const auto first = write_backup(root.host, {.function = "assign",
                                              .caller = "xapi",
                                              .path = "VM uuid other_config:pci",
                                              .content = raw,
                                              .kind = BackupKind::vm_entry,
                                              .left_sha256 = fingerprint(std::nullopt),
                                              .vm = "uuid",
                                              .vm_name = "n\xc3\xa4s",
                                              .identities = std::vector{identity}});
  const auto second = write_backup(
      root.host, {.kind = BackupKind::vm_entry, .is_absent = true, .change = first, .vm = "other"});
  const auto backups = read_backups(root.host, nullptr).value;
  ASSERT_EQ(backups.size(), 2u);
  EXPECT_EQ(backups[0].kind, BackupKind::vm_entry);
  EXPECT_EQ(backups[0].before(), raw);
  EXPECT_EQ(backups[0].change, first);
  EXPECT_EQ(backups[0].left_sha256, "none");
  EXPECT_EQ(backups[0].vm_name, "n\xc3\xa4s");
  EXPECT_EQ(backups[0].identities, std::vector{identity});
  EXPECT_EQ(backups[1].before(), std::nullopt);
  EXPECT_EQ(backups[1].change, first);
  EXPECT_EQ(backups[1].id, second);
  EXPECT_FALSE(std::filesystem::exists(root.directory / "VM uuid other_config:pci"));
  for (const auto& name : root.host.list("/var/lib/pci-passthrough/backups").value) {
    struct stat status {};
    ASSERT_EQ(::stat((root.directory / root.place(name)).c_str(), &status), 0);
    EXPECT_EQ(status.st_mode & 07777, 0600u) << name;
  }
}

TEST(Backups, TheContentOfOldOnesIsReadWhenItIsAskedForAndThatOfVmsAtOnce) {
  const BackupRoot root;
  const auto write = [&](Backup backup) {
    backup.function = "hide", backup.caller = "root at a shell";
    return write_backup(root.host, std::move(backup));
  };
  const auto of_vm = write({.path = "other_config:pci",
                            .content = "0/0000:06:00.0",
                            .kind = BackupKind::vm_entry,
                            .vm = "uuid",
                            .vm_name = "nas"});
  std::vector<std::string> ids;
  for (char fill = 'a'; fill < 'a' + 18; ++fill)
    ids.push_back(write({.path = path, .content = std::string(1 << 20, fill)}));
  auto backups = read_backups(root.host, nullptr).value;
  ASSERT_EQ(backups.size(), 19u);
  EXPECT_EQ(backups[0].id, of_vm);
  EXPECT_EQ(backups[0].before(), "0/0000:06:00.0");
  EXPECT_TRUE(backups[1].content.empty());
  EXPECT_EQ(backups[1].size(), std::size_t(1) << 20);
  EXPECT_EQ(backups.back().content, std::string(1 << 20, 'a' + 17));
  read_content(root.host, ids.front(), backups);
  EXPECT_EQ(backups[1].content, std::string(1 << 20, 'a'));
}

TEST(Backups, ThoseOfTheFirstVersionAreReadToo) {
  const BackupRoot root;
  const std::string id = "20261124T055959.123456Z-5891b5b5";
  root.directory.write(root.place(id + ".content"), "abc");
  root.directory.write(root.place(id + ".json"),
                       R"({"id":")" + id +
                           R"(","time":"2026-11-24T05:59:59Z","function":"hide",)"
                           R"("caller":"root","path":"/boot/grub/grub.cfg","sha256":")" +
                           sha256("abc") + R"(","size":3})");
  const auto backups = read_backups(root.host, nullptr).value;
  ASSERT_EQ(backups.size(), 1u);
  EXPECT_EQ(backups[0].kind, BackupKind::boot_file);
  EXPECT_EQ(backups[0].change, id);
  EXPECT_EQ(backups[0].left_sha256, "");
}

/// The clock may have been set back since.
TEST(Backups, TheirIdsAreInTheOrderOfTheChanges) {
  const BackupRoot root;
  const std::string later = "20991231T235959.999999Z-00000000";
  root.directory.write(root.place(later + ".json"), "{}");
  EXPECT_TRUE(root.write().starts_with("21000101T000000.000000Z-"));
  EXPECT_TRUE(root.write().starts_with("21000101T000000.000001Z-"));
}

TEST(Backups, ThoseOfAChangeThatDidNotHappenGoAgain) {
  const BackupRoot root;
  const auto write = [&](const std::string& text) {
    return write_backup(root.host, {.path = path, .content = text});
  };
  const std::string copy = "boot/grub/grub.cfg.pci-passthrough.bak";
  discard_backups(root.host, {write("first")});
  EXPECT_FALSE(std::filesystem::exists(root.directory / copy));
  const auto stays = write("second");
  discard_backups(root.host, {write("third")});
  EXPECT_EQ(root.directory.read(copy), "second");
  EXPECT_EQ(root.host.list("/var/lib/pci-passthrough/backups").value,
            (Names{stays + ".content", stays + ".json"}));
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
  const std::string said =
      failure_of([&] { write_backup(host, {.path = path, .content = std::string(1 << 20, 'x')}); });
  EXPECT_NE(said.find("No space left on device; nothing was changed"), std::string::npos) << said;
  EXPECT_TRUE(host.list("/var/lib/pci-passthrough/backups").value.empty());
}

}  // namespace
}  // namespace pci_passthrough
