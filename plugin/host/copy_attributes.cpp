#include <sys/stat.h>
#include <sys/vfs.h>
#include <sys/xattr.h>

#include <cstring>
#include <optional>
#include <string_view>

#include "plugin/host/boot_place.hpp"

namespace pci_passthrough {
namespace {

constexpr mode_t mode_bits = 07777;
constexpr long fat_magic = 0x4d44;

/// The error of a call that failed for a file; 0 where the file system cannot hold what was asked.
int unless_it_cannot_hold(int file, int error) {
  struct statfs system {};
  const bool cannot = error == ENOTSUP || (error == EPERM && ::fstatfs(file, &system) == 0 &&
                                           system.f_type == fat_magic);
  return cannot ? 0 : error;
}

int copy_owner_and_mode(int from, int to) {
  struct stat wanted {
  }, given{};
  if (::fstat(from, &wanted) < 0 || ::fstat(to, &given) < 0) return errno;
  int error = 0;
  if ((wanted.st_uid != given.st_uid || wanted.st_gid != given.st_gid) &&
      ::fchown(to, wanted.st_uid, wanted.st_gid) < 0)
    error = unless_it_cannot_hold(to, errno);
  const mode_t mode = wanted.st_mode & mode_bits;
  if (!error && mode != (given.st_mode & mode_bits) && ::fchmod(to, mode) < 0)
    error = unless_it_cannot_hold(to, errno);
  return error;
}

std::optional<std::string> attribute(int file, const char* name) {
  std::string value(1 << 16, '\0');
  const auto size = ::fgetxattr(file, name, value.data(), value.size());
  if (size < 0) return std::nullopt;
  value.resize(static_cast<std::size_t>(size));
  return value;
}

int copy_attribute(int from, int to, const char* name) {
  const auto value = attribute(from, name);
  if (!value || attribute(to, name) == value ||
      ::fsetxattr(to, name, value->data(), value->size(), 0) == 0)
    return 0;
  return unless_it_cannot_hold(to, errno);
}

}  // namespace

int copy_attributes(int from, int to) {
  if (const int error = copy_owner_and_mode(from, to)) return error;
  std::string names(1 << 16, '\0');
  const auto size = ::flistxattr(from, names.data(), names.size());
  if (size < 0) return unless_it_cannot_hold(from, errno);
  for (const char* name = names.data(); name < names.data() + size; name += std::strlen(name) + 1)
    if (const int error = copy_attribute(from, to, name)) return error;
  return 0;
}

}  // namespace pci_passthrough
