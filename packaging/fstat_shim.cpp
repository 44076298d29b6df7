// Debian 12's glibc asks for a descriptor's status with fstatat(fd, "", AT_EMPTY_PATH); Linux knows
// that from 2.6.39 on and answers EINVAL before. The linker puts this in the place of the one
// internal function that all of them go through (--wrap), in the i686 build alone.

#include <fcntl.h>

#include <cerrno>
#include <cstdio>

extern "C" {

struct __stat64_t64;
using Status = struct __stat64_t64;

int __real___fstatat64_time64(int directory, const char* path, Status* status, int flags);

int __wrap___fstatat64_time64(int directory, const char* path, Status* status, int flags) {
  const int result = __real___fstatat64_time64(directory, path, status, flags);
  if (result == 0 || errno != EINVAL || !(flags & AT_EMPTY_PATH) || *path) return result;
  char link[32];
  std::snprintf(link, sizeof link, "/proc/self/fd/%d", directory);
  return __real___fstatat64_time64(AT_FDCWD, link, status, 0);
}
}
