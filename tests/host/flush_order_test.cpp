#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cstdarg>
#include <cstring>
#include <functional>

#include "plugin/host/backups.hpp"
#include "plugin/host/replace_file.hpp"
#include "tests/host/temporary_directory.hpp"

namespace {

/// Told of each flush before it is done: which call, and of what.
std::function<void(std::string_view, int)> watched;
/// Stands for the block device of whatever file system it is asked of.
int device = -1;
dev_t number = 0;

void watch(std::string_view call, int file) {
  if (watched) watched(call, file);
}

}  // namespace

/// In the place of the C library's: a test may have no block device.
extern "C" int open(const char* path, int flags, ...) {
  va_list more;
  va_start(more, flags);
  const int mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(more, int) : 0;
  va_end(more);
  const bool is_device = watched && std::strncmp(path, "/dev/block/", 11) == 0;
  const int file = static_cast<int>(
      ::syscall(SYS_openat, AT_FDCWD, is_device ? "/dev/null" : path, flags, mode));
  if (is_device) device = file;
  return file;
}
extern "C" int fstat(int file, struct stat* told) noexcept {
  const int result = ::fstatat(file, "", told, AT_EMPTY_PATH);
  if (result < 0 || !watched) return result;
  if (file == device) {
    told->st_mode = S_IFBLK;
    told->st_rdev = number;
  } else {
    number = told->st_dev;
  }
  return result;
}
extern "C" int fsync(int file) {
  const bool is_device = watched && file == device;
  watch(is_device ? "device" : "fsync", file);
  return is_device ? 0 : static_cast<int>(::syscall(SYS_fsync, file));
}
extern "C" int syncfs(int file) noexcept {
  watch("syncfs", file);
  return static_cast<int>(::syscall(SYS_syncfs, file));
}

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

std::string name_of_file(int file) {
  return std::filesystem::read_symlink("/proc/self/fd/" + std::to_string(file)).filename();
}

struct FlushOrder : ::testing::Test {
  ~FlushOrder() override {
    watched = nullptr;
    device = -1;
  }
};

/// Each flush with the text that stands while it is done. The new file is on the disk before it
/// gets its name, and so is the name before anybody is told.
TEST_F(FlushOrder, OfABootFile) {
  const TemporaryDirectory directory;
  directory.write("grub.cfg", "old");
  Texts flushes;
  watched = [&](std::string_view call, int file) {
    const auto stands = directory.read("grub.cfg") + ": ";
    flushes.push_back(stands + std::string(call));
    if (call != "fsync") return;
    struct stat status {};
    ASSERT_EQ(::fstatat(file, "", &status, AT_EMPTY_PATH), 0);
    flushes.back() += S_ISDIR(status.st_mode) ? " directory" : " file";
  };
  const auto replaced = replace_file(Host("/"), directory / "grub.cfg", "old", "new");
  EXPECT_EQ(replaced.error + replaced.notice, "");
  EXPECT_EQ(flushes, (Texts{"old: fsync file", "old: syncfs", "old: device", "new: fsync file",
                            "new: fsync directory", "new: syncfs", "new: device"}));
}

/// A backup's file is on the disk before it gets its name, and then its name.
TEST_F(FlushOrder, OfABackup) {
  const TemporaryDirectory root;
  root.write("boot/grub/grub.cfg", "old");
  const auto backups = root / "var/lib/pci-passthrough/backups";
  Texts flushes;
  watched = [&](std::string_view call, int file) {
    const auto name = name_of_file(file);
    if (!name.ends_with(".content.pci-passthrough.tmp") && name != "backups") return;
    bool is_named = false;
    for (const auto& entry : std::filesystem::directory_iterator(backups))
      is_named = is_named || entry.path().extension() == ".content";
    flushes.push_back((is_named ? "named: " : "unnamed: ") + std::string(call) +
                      (name == "backups" ? " directory" : " file"));
  };
  Backup backup;
  backup.function = "hide";
  backup.path = "/boot/grub/grub.cfg";
  backup.content = "old";
  write_backup(Host(root.path()), backup);
  const auto first = std::ranges::find(flushes, "unnamed: fsync file");
  ASSERT_NE(first, flushes.end());
  ASSERT_NE(first + 1, flushes.end());
  EXPECT_EQ(*(first + 1), "named: fsync directory");
}

}  // namespace
}  // namespace pci_passthrough
