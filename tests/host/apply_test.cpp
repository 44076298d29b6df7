#include "plugin/host/apply.hpp"

#include "plugin/host/backups.hpp"
#include "plugin/host/recording.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using Names = std::vector<std::string>;
/// A host with an extlinux of the test's own.
struct ApplyRoot {
  explicit ApplyRoot(const std::string& extlinux = "exit 0\n") {
    directory.write("boot/extlinux.conf", "old\n");
    directory.write("boot/second.conf", "old2\n");
    directory.write("sbin/extlinux", std::string(stub_head) + extlinux, 0755);
    plan.files.push_back({"/boot/extlinux.conf", "old\n", "new\n"});
    plan.programs.push_back({"/sbin/extlinux", {"-i", "/boot"}, 1});
  }
  Applied run() const {
    return apply(host, Lock(host), plan, "hide", "root at a shell", set_vm_entry);
  }
  std::string said() const {
    return failure_of([&] { run(); });
  }
  std::string content() const { return directory.read("boot/extlinux.conf"); }
  TemporaryDirectory directory;
  const Host host{directory.path()};
  Plan plan;
  SetVmFields set_vm_entry = [](const SetVmField&) {
    return Failure(code::internal_error, "no VM is to be changed");
  };
};

TEST(Apply, BackupFileProgram) {
  const ApplyRoot root("cat \"$2/extlinux.conf\" >\"$0.saw\"\n");
  const auto applied = root.run();
  EXPECT_EQ(root.content(), "new\n");
  EXPECT_EQ(root.directory.read("sbin/extlinux.saw"), "new\n");
  const auto backups = read_backups(root.host, nullptr).value;
  ASSERT_EQ(backups.size(), 1u);
  EXPECT_EQ(applied.backups, Names{backups[0].id});
  EXPECT_EQ(backups[0].content, "old\n");
  EXPECT_TRUE(applied.notices.empty());
}

/// All that one change replaces bears its name, and what it left.
TEST(Apply, VmEntriesAreBackedUpBeforeAnythingIsTouched) {
  ApplyRoot root;
  root.plan.vm_fields = {{"ref-1", "uuid-1", "one", {}, "0/0000:06:00.0"},
                         {"ref-2", "uuid-2", "two", "0/0000:07:00.0", {}}};
  root.set_vm_entry = [&](const SetVmField&) -> std::optional<Failure> {
    EXPECT_EQ(read_backups(root.host, nullptr).value.size(), 3u);
    return std::nullopt;
  };
  const auto applied = root.run();
  const auto backups = read_backups(root.host, nullptr).value;
  ASSERT_EQ(backups.size(), 3u);
  for (const auto& backup : backups) {
    EXPECT_EQ(backup.change, backups[0].id);
    EXPECT_EQ(backup.function, "hide");
    EXPECT_EQ(backup.caller, "root at a shell");
  }
  EXPECT_EQ(backups[0].left_sha256, fingerprint("new\n"));
  EXPECT_EQ(backups[1].before(), std::nullopt);
  EXPECT_EQ(backups[1].left_sha256, fingerprint("0/0000:06:00.0"));
  EXPECT_EQ(backups[1].path, "VM uuid-1 other_config:pci");
  EXPECT_EQ(backups[2].before(), "0/0000:07:00.0");
  EXPECT_EQ(backups[2].left_sha256, "none");
  EXPECT_EQ(applied.backups.size(), 3u);
}

TEST(Apply, NoBackupIsLeftOfAChangeThatDidNotHappen) {
  const auto left = [](const ApplyRoot& root) {
    EXPECT_NE(root.said(), "");
    EXPECT_FALSE(
        std::filesystem::exists(root.directory / "boot/extlinux.conf.pci-passthrough.bak"));
    return read_backups(root.host, nullptr).value.size();
  };
  EXPECT_EQ(left(ApplyRoot("exit 1\n")), 0u);
  ApplyRoot vm_fails;
  vm_fails.plan.vm_fields = {{"ref-1", "uuid-1", "one", {}, "0/0000:06:00.0"}};
  EXPECT_EQ(left(vm_fails), 0u);
}

/// The way back is kept where it may be needed.
TEST(Apply, TheBackupStaysWhereTheOldEntryOrFileDoesNotStand) {
  ApplyRoot gone;
  gone.plan.vm_fields = {{"ref-1", "uuid-1", "one", "0/0000:06:00.0", {}}};
  gone.set_vm_entry = [](const SetVmField&) -> std::optional<Failure> {
    return Failure(code::xapi_unavailable, "xapi is silent",
                   {"unknown what stands now (xapi is silent)"});
  };
  EXPECT_NE(gone.said(), "");
  EXPECT_EQ(read_backups(gone.host, nullptr).value.size(), 2u);

  const ApplyRoot meddled("echo meddled >\"$2/extlinux.conf\"\nexit 1\n");
  EXPECT_NE(meddled.said(), "");
  EXPECT_EQ(read_backups(meddled.host, nullptr).value.size(), 1u);
}

TEST(Apply, AFailingProgramBringsTheOldFileBack) {
  const ApplyRoot root("echo first\necho 'no room\tleft' >&2\necho\nexit 3\n");
  const std::string said = root.said();
  EXPECT_TRUE(said.starts_with(internal + "/sbin/extlinux -i /boot failed with status 3: no room"))
      << said;
  EXPECT_TRUE(said.ends_with("; the old file stands")) << said;
  EXPECT_EQ(root.content(), "old\n");
}

TEST(Apply, AHangingProgramBringsTheOldFileBack) {
  const ApplyRoot root("exec sleep 100\n");
  EXPECT_EQ(root.said(), internal +
                             "/sbin/extlinux -i /boot did not end within 1 s and was killed; "
                             "the old file stands");
  EXPECT_EQ(root.content(), "old\n");
}

TEST(Apply, SaysWhereTheOldFileCannotComeBack) {
  const ApplyRoot root("echo meddled >\"$2/extlinux.conf\"\nexit 1\n");
  EXPECT_EQ(root.said(),
            internal +
                "/sbin/extlinux -i /boot failed with status 1; the old /boot/extlinux.conf "
                "could not be brought back: /boot/extlinux.conf was changed by somebody else "
                "in the meantime and left as it is; try again");
  EXPECT_EQ(root.content(), "meddled\n");
}

TEST(Apply, TheSecondFileFailsAndTheFirstComesBack) {
  ApplyRoot root;
  root.plan.files.push_back({"/boot/second.conf", "changed meanwhile\n", "new2\n"});
  EXPECT_NE(root.said(), "");
  EXPECT_EQ(root.content(), "old\n");
  EXPECT_EQ(root.directory.read("boot/second.conf"), "old2\n");
}

TEST(Apply, ChangesNothingWhereTheProgramIsMissing) {
  ApplyRoot root;
  root.plan.programs.push_back({"/sbin/missing", {}, 1});
  EXPECT_EQ(root.said(),
            internal + "/sbin/missing is not there, or may not run here; nothing was changed");
  EXPECT_EQ(root.content(), "old\n");
  EXPECT_TRUE(read_backups(root.host, nullptr).value.empty());
}

TEST(Apply, ChangesNothingWhereTheBackupCannotBeWritten) {
  ApplyRoot root;
  root.directory.write("var/lib/pci-passthrough/backups", "no directory");
  ASSERT_EQ(::chmod((root.directory / "var/lib/pci-passthrough").c_str(), 0700), 0);
  EXPECT_NE(root.said().find("nothing was changed"), std::string::npos) << root.said();
  EXPECT_EQ(root.content(), "old\n");
}

TEST(Apply, TakesLeftoversAway) {
  const ApplyRoot root;
  root.directory.write("boot/extlinux.conf.pci-passthrough.tmp", "half");
  root.run();
  EXPECT_EQ(root.host.list("/boot").value,
            (Names{"extlinux.conf", "extlinux.conf.pci-passthrough.bak", "second.conf"}));
}

TEST(Apply, AVmThatFailsBringsVmsAndFilesBack) {
  ApplyRoot root;
  root.plan.vm_fields = {{"ref-1", "uuid-1", "one", {}, "0/0000:06:00.0"},
                         {"ref-2", "uuid-2", "two", "0/0000:07:00.0", {}}};
  Names set;
  root.set_vm_entry = [&](const SetVmField& entry) -> std::optional<Failure> {
    EXPECT_EQ(root.content(), "new\n") << "the file comes first";
    if (entry.vm == "ref-2") return Failure(code::busy, "somebody else was faster");
    set.push_back(entry.vm + " " + entry.before.value_or("-") + " " + entry.after.value_or("-"));
    return std::nullopt;
  };
  EXPECT_EQ(root.said(), std::string(code::busy) + ": somebody else was faster");
  EXPECT_EQ(set, (Names{"ref-1 - 0/0000:06:00.0", "ref-1 0/0000:06:00.0 -"}));
  EXPECT_EQ(root.content(), "old\n");
}

TEST(Apply, TheProgramHoldsTheLock) {
  const ApplyRoot root(
      "flock -n \"${0%/sbin/extlinux}/var/lib/pci-passthrough\" true && exit 9\n"
      "ls -l /proc/$$/fd | grep -q '/var/lib/pci-passthrough$' || exit 8\nexit 0\n");
  EXPECT_EQ(root.said(), "");
}

}  // namespace
}  // namespace pci_passthrough
