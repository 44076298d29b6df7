#include <fcntl.h>
#include <stdio.h>
#include <sys/syscall.h>
#include <sys/vfs.h>

#include <cerrno>
#include <functional>

#include "plugin/host/replace_file.hpp"
#include "tests/host/temporary_directory.hpp"

namespace {

/// What happens right before the first exchange, or the first rename, of a test.
std::function<int()> before_exchange, before_rename;
/// FAT holds no owner and no mode of its own: it refuses them.
bool refuses_owners = false, is_fat = false;

int happen(std::function<int()>& what) {
  const auto once = std::exchange(what, nullptr);
  return once ? once() : 0;
}

}  // namespace

/// In the place of the C library's: somebody else acts between our last look and our rename.
extern "C" int renameat2(int from, const char* old, int to, const char* now,
                         unsigned int flags) noexcept {
  if (const int error = happen(before_exchange)) return errno = error, -1;
  return static_cast<int>(::syscall(SYS_renameat2, from, old, to, now, flags));
}
extern "C" int renameat(int from, const char* old, int to, const char* now) noexcept {
  happen(before_rename);
  return static_cast<int>(::syscall(SYS_renameat2, from, old, to, now, 0));
}

extern "C" int fchown(int file, uid_t owner, gid_t group) noexcept {
  if (refuses_owners) return errno = EPERM, -1;
  return static_cast<int>(::syscall(SYS_fchown, file, owner, group));
}
extern "C" int fstatfs(int file, struct statfs* told) noexcept {
  const auto result = static_cast<int>(::syscall(SYS_fstatfs, file, told));
  if (is_fat) told->f_type = 0x4d44;
  return result;
}

namespace pci_passthrough {
namespace {

struct LastMoment : ::testing::Test {
  LastMoment() { directory.write("boot/grub/grub.cfg", "old\n"); }
  ~LastMoment() override {
    before_exchange = before_rename = nullptr;
    refuses_owners = is_fat = false;
  }
  Replaced replace() const {
    return replace_file(Host(directory.path()), "/boot/grub/grub.cfg", "old\n", "new\n");
  }
  std::string content() const { return directory.read("boot/grub/grub.cfg"); }
  void renamed_over() const {
    directory.write("boot/grub/theirs", "theirs\n");
    std::filesystem::rename(directory / "boot/grub/theirs", directory / "boot/grub/grub.cfg");
  }
  TemporaryDirectory directory;
};

TEST_F(LastMoment, WhatSomebodyElseWroteGoesBack) {
  for (const bool in_place : {false, true}) {
    directory.write("boot/grub/grub.cfg", "old\n");
    before_exchange = [&, in_place] {
      if (in_place)
        directory.write("boot/grub/grub.cfg", "theirs\n");
      else
        renamed_over();
      return 0;
    };
    EXPECT_EQ(replace().error,
              "/boot/grub/grub.cfg was changed by somebody else in the meantime and left as it is; "
              "try again");
    EXPECT_EQ(content(), "theirs\n");
    EXPECT_EQ(directory.names().size(), 3u) << "and no temporary is left";
  }
}

TEST_F(LastMoment, WhereNothingCanBeExchangedItIsRenamed) {
  for (const int error : {ENOSYS, EINVAL, ENOTSUP}) {
    directory.write("boot/grub/grub.cfg", "old\n");
    before_exchange = [error] { return error; };
    const auto replaced = replace();
    EXPECT_EQ(replaced.error, "");
    EXPECT_FALSE(replaced.lost);
    EXPECT_EQ(content(), "new\n");
    EXPECT_EQ(directory.names().size(), 3u);
  }
}

TEST_F(LastMoment, AnotherErrorChangesNothing) {
  before_exchange = [] { return EROFS; };
  EXPECT_TRUE(replace().error.ends_with("Read-only file system; the old file stands"));
  EXPECT_EQ(content(), "old\n");
  EXPECT_EQ(directory.names().size(), 3u);
}

TEST_F(LastMoment, AnOwnerThatCannotBeKeptStopsAllButFat) {
  if (::geteuid() != 0) GTEST_SKIP() << "may not give a file away";
  ASSERT_EQ(::chown((directory / "boot/grub/grub.cfg").c_str(), 1234, 1234), 0);
  refuses_owners = true;
  EXPECT_TRUE(replace().error.ends_with("Operation not permitted; the old file stands"));
  EXPECT_EQ(content(), "old\n");
  is_fat = true;
  EXPECT_EQ(replace().error, "");
  EXPECT_EQ(content(), "new\n");
}

TEST_F(LastMoment, WhatIsLostThereIsTold) {
  before_exchange = [] { return ENOSYS; };
  before_rename = [&] {
    directory.write("boot/grub/grub.cfg", "theirs\n");
    return 0;
  };
  const auto replaced = replace();
  EXPECT_EQ(replaced.error, "");
  EXPECT_EQ(replaced.lost, "theirs\n");
  EXPECT_EQ(content(), "new\n");
}

}  // namespace
}  // namespace pci_passthrough
