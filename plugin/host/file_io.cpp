#include "plugin/host/file_io.hpp"

#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

namespace pci_passthrough {

int read_up_to(int fd, std::size_t limit, std::string* content) {
  char chunk[1 << 16];
  while (content->size() < limit) {
    const auto size = std::min(sizeof chunk, limit - content->size());
    const auto got = uninterrupted([&] { return ::read(fd, chunk, size); });
    if (got < 0) return errno;
    if (got == 0) return 0;
    content->append(chunk, static_cast<std::size_t>(got));
  }
  return 0;
}

int read_whole(int fd, std::string* content) {
  struct stat status {};
  if (::fstat(fd, &status) == 0 && status.st_size > static_cast<off_t>(max_file)) return EFBIG;
  const int error = read_up_to(fd, max_file + 1, content);
  return !error && content->size() > max_file ? EFBIG : error;
}

int read_as_wanted_from(int fd, std::size_t (*wanted)(std::string_view), std::string* content) {
  for (auto limit = wanted(*content); content->size() < limit; limit = wanted(*content)) {
    const int error = read_up_to(fd, limit, content);
    if (error || content->size() < limit) return error;
  }
  return 0;
}

int open_for_us_alone(const std::string& path) {
  const Descriptor device(uninterrupted(
      [&] { return ::open(path.c_str(), O_RDONLY | O_EXCL | O_NONBLOCK | O_CLOEXEC); }));
  return device ? 0 : errno;
}

int write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const auto put = uninterrupted([&] { return ::write(fd, content.data(), content.size()); });
    if (put < 0) return errno;
    content.remove_prefix(static_cast<std::size_t>(put));
  }
  return 0;
}

int write_new_file(int directory, const std::string& name, std::string_view content) {
  const std::string temporary = name + std::string(temporary_suffix);
  ::unlinkat(directory, temporary.c_str(), 0);
  const Descriptor file(uninterrupted([&] {
    return ::openat(directory, temporary.c_str(),
                    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  }));
  if (!file) return errno;
  int error = write_all(file.get(), content);
  if (!error && (uninterrupted([&] { return ::fsync(file.get()); }) < 0 ||
                 ::renameat(directory, temporary.c_str(), directory, name.c_str()) < 0 ||
                 uninterrupted([&] { return ::fsync(directory); }) < 0))
    error = errno;
  if (error) ::unlinkat(directory, temporary.c_str(), 0);
  return error;
}

std::string error_text(int error) { return std::strerror(error); }

}  // namespace pci_passthrough
