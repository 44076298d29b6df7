#include "plugin/host/state_directory.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <filesystem>

#include "plugin/host/file_io.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/model/failure.hpp"

namespace pci_passthrough {
namespace {

constexpr int directory_flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC;
constexpr mode_t others_write = 022;

[[noreturn]] void fail(const std::string& sentence) {
  throw Failure(code::internal_error, sentence);
}

/// Opens a directory of the host, links followed below its root; makes it and its parents.
Descriptor open_parent(const Host& host, const std::filesystem::path& path) {
  if (const auto resolved = host.resolve(path.string()))
    return Descriptor(::open(host.outside(*resolved).c_str(), directory_flags | O_NOFOLLOW));
  const Descriptor above = open_parent(host, path.parent_path());
  if (!above) return Descriptor();
  return open_own_directory(above.get(), path.filename(), 0755);
}

bool is_link(int parent, const std::string& name) {
  struct stat status {};
  return ::fstatat(parent, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) == 0 &&
         S_ISLNK(status.st_mode);
}

}  // namespace

Descriptor open_own_directory(int parent, const std::string& name, mode_t mode) {
  if (::mkdirat(parent, name.c_str(), mode) == 0)
    ::fsync(parent);
  else if (errno != EEXIST)
    return Descriptor();
  return Descriptor(::openat(parent, name.c_str(), directory_flags | O_NOFOLLOW));
}

Descriptor open_state_directory(const Host& host) {
  const std::filesystem::path path(state_directory);
  const std::string name = path.filename();
  const Descriptor parent = open_parent(host, path.parent_path());
  if (!parent) fail("cannot make " + path.parent_path().string() + ": " + error_text(errno));

  Descriptor directory = open_own_directory(parent.get(), name);
  const int error = directory ? 0 : errno;
  if (error && is_link(parent.get(), name))
    fail(path.string() + " is a link; it must be a directory of root's own: remove the link");
  if (error) fail("cannot make or open " + path.string() + ": " + error_text(error));

  struct stat status {};
  if (::fstat(directory.get(), &status) < 0)
    fail("cannot look at " + path.string() + ": " + error_text(errno));
  if (status.st_uid != ::geteuid())
    fail(path.string() + " belongs to user " + std::to_string(status.st_uid) +
         "; it must belong to user " + std::to_string(::geteuid()));
  if ((status.st_mode & others_write) != 0)
    fail(path.string() + " may be written by others; it must have mode 0700");
  return directory;
}

}  // namespace pci_passthrough
