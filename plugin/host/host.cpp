#include "plugin/host/host.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <climits>
#include <filesystem>

#include "plugin/host/beneath.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/recorder.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr int read_flags = O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

int kind_error(mode_t mode) {
  if (S_ISREG(mode)) return 0;
  return S_ISDIR(mode) ? EISDIR : EOPNOTSUPP;
}

std::string real_path_of(const std::string& root) {
  std::error_code error;
  const auto path = std::filesystem::canonical(root, error);
  if (error)
    throw misuse("the root directory " + root + " cannot be used: " + error_text(error.value()));
  return path;
}

}  // namespace

Host::Host(const std::string& root)
    : root_(real_path_of(root)),
      root_fd_(::open(root_.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)) {
  if (!root_fd_)
    throw misuse("the root directory " + root + " cannot be used: " + error_text(errno));
}
Host::~Host() = default;
Host::Host(Host&&) noexcept = default;

Descriptor Host::open(std::string_view path, int flags, std::string* found) const {
  const std::string name(path);
  errno = EINVAL;
  if (name.find('\0') != std::string::npos) return Descriptor();
  if (recorder_) {
    const Walk walk =
        walk_beneath(root_fd_.get(), path, flags & O_NOFOLLOW ? Last::itself : Last::followed);
    *found = walk.resolved;
    recorder_->note_links(walk.links);
    errno = walk.error;
    if (walk.error) return Descriptor();
    return Descriptor(uninterrupted(
        [&] { return ::openat(root_fd_.get(), below_root(walk.resolved), flags | O_NOFOLLOW); }));
  }
  if (!is_live()) return open_beneath(root_fd_.get(), name, flags);
  return Descriptor(
      uninterrupted([&] { return ::openat(root_fd_.get(), below_root(name), flags); }));
}

template <typename Fill>
Read<std::string> Host::read_by(std::string_view path, Fill fill) const {
  Read<std::string> read;
  std::string found;
  struct stat status {};
  const Descriptor file = open(path, read_flags, &found);
  if (!file || ::fstat(file.get(), &status) < 0) read.error = errno;
  if (!read.error) read.error = kind_error(status.st_mode);
  if (!read.error) read.error = fill(file.get(), &read.value);
  if (read.error) read.value.clear();
  if (recorder_) recorder_->note_read(found, read, status.st_mode);
  return read;
}

Read<std::string> Host::read(std::string_view path) const { return read_by(path, read_whole); }
Read<std::string> Host::read(std::string_view path, std::size_t limit) const {
  return read_by(path,
                 [&](int fd, std::string* content) { return read_up_to(fd, limit, content); });
}

Read<std::string> Host::read_as_wanted(std::string_view path,
                                       std::size_t (*wanted)(std::string_view)) const {
  return read_by(
      path, [&](int fd, std::string* content) { return read_as_wanted_from(fd, wanted, content); });
}

Read<std::vector<std::string>> Host::list(std::string_view path) const {
  Read<std::vector<std::string>> read;
  std::string found;
  Descriptor file = open(path, read_flags | O_DIRECTORY, &found);
  DIR* const directory = file ? ::fdopendir(file.get()) : nullptr;
  if (!directory) {
    read.error = errno;
  } else {
    file.release();
    errno = 0;
    while (const dirent* entry = ::readdir(directory)) {
      const std::string_view name = entry->d_name;
      if (name != "." && name != "..") read.value.emplace_back(name);
    }
    read.error = errno;
    ::closedir(directory);
  }
  std::sort(read.value.begin(), read.value.end());
  if (recorder_) recorder_->note_list(root_fd_.get(), found, read);
  return read;
}

Read<std::string> Host::link(std::string_view path) const {
  Read<std::string> read;
  char target[PATH_MAX];
  const auto answer = [&](ssize_t size) {
    if (size < 0)
      read.error = errno;
    else
      read.value.assign(target, static_cast<std::size_t>(size));
  };
  const std::string name(path);
  if (name.find('\0') != std::string::npos) return {{}, EINVAL};
  if (is_live() && !recorder_) {
    answer(::readlinkat(root_fd_.get(), below_root(name), target, sizeof target));
    return read;
  }
  if (!recorder_) {
    const auto slash = std::min(name.rfind('/'), name.size());
    const Descriptor parent =
        open_beneath(root_fd_.get(), name.substr(0, slash), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    answer(parent ? ::readlinkat(parent.get(), name.c_str() + slash + 1, target, sizeof target)
                  : -1);
    return read;
  }
  const Walk walk = walk_beneath(root_fd_.get(), path, Last::itself);
  read.error = walk.error;
  if (!read.error)
    answer(::readlinkat(root_fd_.get(), below_root(walk.resolved), target, sizeof target));
  recorder_->note_link(root_fd_.get(), walk, read);
  return read;
}

bool Host::exists(std::string_view path) const {
  const std::string name(path);
  if (name.find('\0') != std::string::npos) return false;
  if (is_live() && !recorder_) return ::faccessat(root_fd_.get(), below_root(name), F_OK, 0) == 0;
  if (!recorder_) return exists_beneath(root_fd_.get(), name);
  const Walk walk = walk_beneath(root_fd_.get(), path);
  struct stat status {};
  const bool there = !walk.error && ::fstatat(root_fd_.get(), below_root(walk.resolved), &status,
                                              AT_SYMLINK_NOFOLLOW) == 0;
  const int error = walk.error ? walk.error : errno;
  recorder_->note_exists(walk, there, status.st_mode);
  errno = error;
  return there;
}

bool Host::is_absent(std::string_view path) const {
  errno = 0;
  return !exists(path) && (errno == ENOENT || errno == ENOTDIR);
}

std::optional<std::string> Host::resolve(std::string_view path) const {
  const Walk walk = walk_beneath(root_fd_.get(), path);
  if (walk.error) return std::nullopt;
  return walk.resolved;
}

bool Host::is_socket(const std::string& resolved) const {
  struct stat status {};
  return ::fstatat(root_fd_.get(), below_root(resolved), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISSOCK(status.st_mode);
}

std::string Host::outside(std::string_view resolved) const {
  return is_live() ? std::string(resolved) : root_ + std::string(resolved);
}

bool Host::has_program(std::string_view path) const {
  const Walk walk = walk_beneath(root_fd_.get(), path);
  if (recorder_) recorder_->note_links(walk.links);
  const Descriptor file(
      walk.error ? -1
                 : ::openat(root_fd_.get(), below_root(walk.resolved), read_flags | O_NOFOLLOW));
  struct stat status {};
  if (!file || ::fstat(file.get(), &status) < 0 || !S_ISREG(status.st_mode) ||
      (status.st_mode & 0111) == 0)
    return false;
  std::string head;
  if (!is_live() && (read_up_to(file.get(), stub_head.size(), &head) != 0 || head != stub_head))
    return false;
  if (recorder_) recorder_->note_program(walk.resolved);
  return true;
}

}  // namespace pci_passthrough
