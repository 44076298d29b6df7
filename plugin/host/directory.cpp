#include "plugin/host/directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <climits>

#include "plugin/host/file_io.hpp"

namespace pci_passthrough {
namespace {

/// As read_up_to, without the read that only tells the end: sysfs hands over an attribute at once,
/// and it has a page at most (sysfs/file.c sysfs_kf_seq_show).
int read_attribute(int fd, std::string* content) {
  char page[4096];
  const auto got = uninterrupted([&] { return ::read(fd, page, sizeof page); });
  if (got < 0) return errno;
  content->assign(page, static_cast<std::size_t>(got));
  return content->size() < sizeof page ? 0 : read_whole(fd, content);
}

}  // namespace

Directory::Directory(const Host& host, std::string path)
    : host_(host), path_(std::move(path)), directory_(host.open_directory(path_)) {}

/// False where Host has to read it.
template <typename Fill>
bool Directory::read_by(const char* name, Read<std::string>& read, Fill fill) const {
  if (!directory_) return false;
  const Descriptor file(uninterrupted([&] {
    return ::openat(directory_.get(), name,
                    O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC | O_NOFOLLOW);
  }));
  struct stat status {};
  if (!file && errno == ELOOP) return false;
  if (!file || ::fstat(file.get(), &status) < 0)
    read.error = errno;
  else if (!S_ISREG(status.st_mode))
    return false;
  else
    read.error = fill(file.get(), &read.value);
  if (read.error) read.value.clear();
  return true;
}

Read<std::string> Directory::read(const char* name) const {
  Read<std::string> read;
  return read_by(name, read, read_attribute) ? read : host_.read(path_of(name));
}

Read<std::string> Directory::read_as_wanted(const char* name,
                                            std::size_t (*wanted)(std::string_view)) const {
  Read<std::string> read;
  const auto fill = [&](int fd, std::string* content) {
    return read_as_wanted_from(fd, wanted, content);
  };
  return read_by(name, read, fill) ? read : host_.read_as_wanted(path_of(name), wanted);
}

Read<std::string> Directory::link(const char* name) const {
  if (!directory_) return host_.link(path_of(name));
  Read<std::string> read;
  char target[PATH_MAX];
  const auto size = ::readlinkat(directory_.get(), name, target, sizeof target);
  if (size < 0)
    read.error = errno;
  else
    read.value.assign(target, static_cast<std::size_t>(size));
  return read;
}

bool Directory::exists(const char* name) const {
  struct stat status {};
  if (!directory_ || (::fstatat(directory_.get(), name, &status, AT_SYMLINK_NOFOLLOW) == 0 &&
                      S_ISLNK(status.st_mode)))
    return host_.exists(path_of(name));
  return status.st_mode != 0;
}

}  // namespace pci_passthrough
