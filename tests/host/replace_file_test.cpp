#include "plugin/host/replace_file.hpp"

#include <fcntl.h>
#include <sys/xattr.h>

#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

using Names = std::vector<std::string>;
constexpr char grub_cfg[] = "/boot/grub/grub.cfg";

struct BootRoot {
  BootRoot() { directory.write("boot/grub/grub.cfg", "old\n", 0600); }
  std::string replace(const std::string& before, const std::string& after) const {
    return replace_file(Host(directory.path()), grub_cfg, before, after).error;
  }
  std::string content() const { return directory.read("boot/grub/grub.cfg"); }
  TemporaryDirectory directory;
};

TEST(ReplaceFile, KeepsModeOwnerAndAttributes) {
  const BootRoot root;
  const std::string file = root.directory / "boot/grub/grub.cfg";
  ASSERT_EQ(::chmod(file.c_str(), 04640), 0);
  if (::geteuid() == 0) {
    ASSERT_EQ(::chown(file.c_str(), 7, 8), 0);
    ASSERT_EQ(::chmod(file.c_str(), 04640), 0);
  }
  const bool attributes = ::setxattr(file.c_str(), "user.note", "kept", 4, 0) == 0;
  struct stat before {
  }, after{};
  ASSERT_EQ(::stat(file.c_str(), &before), 0);
  EXPECT_EQ(root.replace("old\n", "new\n"), "");
  ASSERT_EQ(::stat(file.c_str(), &after), 0);
  EXPECT_EQ(root.content(), "new\n");
  EXPECT_NE(after.st_ino, before.st_ino);
  EXPECT_EQ(after.st_mode, before.st_mode);
  EXPECT_EQ(after.st_uid, before.st_uid);
  EXPECT_EQ(after.st_gid, before.st_gid);
  if (attributes) {
    char value[8] = "";
    EXPECT_EQ(::getxattr(file.c_str(), "user.note", value, sizeof value), 4);
    EXPECT_STREQ(value, "kept");
  }
  EXPECT_EQ(root.directory.names(), (Names{"boot", "boot/grub", "boot/grub/grub.cfg"}));
}

TEST(ReplaceFile, FollowsALinkAndReplacesItsTarget) {
  TemporaryDirectory root;
  root.write("boot/efi/real.cfg", "old\n");
  root.link("etc/grub.cfg", "/boot/efi/real.cfg");
  EXPECT_EQ(replace_file(Host(root.path()), "/etc/grub.cfg", "old\n", "new\n").error, "");
  EXPECT_TRUE(std::filesystem::is_symlink(root / "etc/grub.cfg"));
  EXPECT_EQ(root.read("boot/efi/real.cfg"), "new\n");
}

TEST(ReplaceFile, NeverOutsideTheRoot) {
  TemporaryDirectory outer;
  outer.write("secret", "old\n");
  outer.link("root/boot/grub/grub.cfg", "../../../secret");
  EXPECT_EQ(replace_file(Host(outer / "root"), path, "old\n", "new\n").error,
            "cannot write /boot/grub/grub.cfg: No such file or directory; "
            "the old file stands");
  EXPECT_EQ(outer.read("secret"), "old\n");
}

TEST(ReplaceFile, LeavesAFileThatSomebodyElseChanged) {
  const BootRoot root;
  for (const std::string before : {"other\n", "ol", "old\nmore", ""})
    EXPECT_EQ(root.replace(before, "new\n"),
              "/boot/grub/grub.cfg was changed by somebody else in the meantime and left "
              "as it is; try again");
  EXPECT_EQ(root.content(), "old\n");
  EXPECT_EQ(root.directory.names().size(), 3u);
}

TEST(ReplaceFile, TakesALeftoverAway) {
  const BootRoot root;
  const std::string leftover = "boot/grub/grub.cfg.pci-passthrough.tmp";
  EXPECT_EQ("/" + leftover, temporary_name(path));
  root.directory.write("victim", "victim");
  root.directory.link(leftover, "/victim");
  EXPECT_EQ(root.replace("old\n", "new\n"), "");
  EXPECT_EQ(root.directory.read("victim"), "victim");
  EXPECT_FALSE(std::filesystem::exists(root.directory / leftover));

  root.directory.write(leftover, "half");
  remove_leftover(Host(root.directory.path()), path);
  EXPECT_FALSE(std::filesystem::exists(root.directory / leftover));
}

TEST(ReplaceFile, FullDiskLeavesTheOldFile) {
  TemporaryDirectory root;
  if (!root.mount("64k")) GTEST_SKIP() << "may not mount";
  root.write("boot/grub/grub.cfg", "old\n");
  const std::string big(1 << 20, 'x');
  EXPECT_EQ(replace_file(Host(root.path()), path, "old\n", big).error,
            "cannot write /boot/grub/grub.cfg: No space left on device; "
            "the old file stands");
  EXPECT_EQ(root.read("boot/grub/grub.cfg"), "old\n");
  EXPECT_EQ(root.names().size(), 3u);
}

TEST(ReplaceFile, RefusesWhatIsNoFile) {
  TemporaryDirectory root;
  std::filesystem::create_directories(root / "boot/grub/grub.cfg");
  EXPECT_EQ(replace_file(Host(root.path()), path, "", "new\n").error,
            "cannot write /boot/grub/grub.cfg: Invalid argument; the old file stands");
}

/// On the live host a file system without a block device of its own cannot be flushed to the end.
TEST(ReplaceFile, SaysWhereTheBlockDeviceCannotBeFlushed) {
  TemporaryDirectory directory;
  if (!directory.mount("64k")) GTEST_SKIP() << "may not mount";
  directory.write("grub.cfg", "old\n");
  const auto notice = replace_file(Host("/"), directory / "grub.cfg", "old\n", "new\n").notice;
  EXPECT_NE(notice.find("its block device could not be opened and flushed"), std::string::npos);
  EXPECT_EQ(directory.read("grub.cfg"), "new\n");
}

}  // namespace
}  // namespace pci_passthrough
