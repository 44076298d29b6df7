#include "plugin/host/beneath.hpp"

#include <fcntl.h>
#include <linux/openat2.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <algorithm>
#include <climits>

namespace pci_passthrough {
namespace {

constexpr int most_links = 40;

int open_in_root(int root, const char* path, int flags) {
  open_how how{};
  how.flags = static_cast<__u64>(flags);
  how.resolve = RESOLVE_IN_ROOT;
  long fd = -1;
  do fd = ::syscall(SYS_openat2, root, path, &how, sizeof how);
  while (fd < 0 && (errno == EINTR || errno == EAGAIN));
  return static_cast<int>(fd);
}

bool kernel_has_openat2(int root) {
  static const bool has = Descriptor(open_in_root(root, ".", O_PATH | O_CLOEXEC)).get() >= 0;
  return has;
}

/// Cuts the first part off a path; "" at its end.
std::string take_part(std::string& rest) {
  const auto begin = std::min(rest.find_first_not_of('/'), rest.size());
  const auto end = std::min(rest.find('/', begin), rest.size());
  std::string part = rest.substr(begin, end - begin);
  rest.erase(0, std::min(rest.find_first_not_of('/', end), rest.size()));
  return part;
}

}  // namespace

const char* below_root(const std::string& path) {
  const auto begin = path.find_first_not_of('/');
  return begin == std::string::npos ? "." : path.c_str() + begin;
}

Walk walk_beneath(int root, std::string_view path, Last last) {
  Walk walk;
  std::string rest(path);
  if (rest.find('\0') != std::string::npos) walk.error = EINVAL;
  if (walk.error) return walk;
  for (std::string part = take_part(rest); !part.empty(); part = take_part(rest)) {
    if (part == ".") continue;
    if (part == "..") {
      walk.resolved.erase(std::min(walk.resolved.rfind('/'), walk.resolved.size()));
      continue;
    }
    const std::string next = walk.resolved + "/" + part;
    const bool looked_at = next != "/proc/self" && (last == Last::followed || !rest.empty());
    char target[PATH_MAX];
    const auto size = looked_at ? ::readlinkat(root, below_root(next), target, sizeof target) : -1;
    if (looked_at && size < 0 && errno != EINVAL) {
      walk.error = errno;
      walk.resolved = next;
      return walk;
    }
    if (size < 0) {
      walk.resolved = next;
      continue;
    }
    walk.links.push_back({next, std::string(target, static_cast<std::size_t>(size))});
    if (walk.links.size() > most_links) {
      walk.error = ELOOP;
      return walk;
    }
    if (target[0] == '/') walk.resolved.clear();
    rest = walk.links.back().target + (rest.empty() ? "" : "/" + rest);
  }
  if (walk.resolved.empty()) walk.resolved = "/";
  return walk;
}

Descriptor open_walked(int root, const std::string& path, int flags) {
  const Walk walk =
      walk_beneath(root, path, (flags & O_NOFOLLOW) != 0 ? Last::itself : Last::followed);
  errno = walk.error;
  if (walk.error) return Descriptor();
  return Descriptor(
      uninterrupted([&] { return ::openat(root, below_root(walk.resolved), flags | O_NOFOLLOW); }));
}

Descriptor open_beneath(int root, const std::string& path, int flags) {
  if (!kernel_has_openat2(root)) return open_walked(root, path, flags);
  return Descriptor(open_in_root(root, path.empty() ? "/" : path.c_str(), flags));
}

bool exists_beneath(int root, const std::string& path) {
  if (kernel_has_openat2(root))
    return static_cast<bool>(open_beneath(root, path, O_PATH | O_CLOEXEC));
  const Walk walk = walk_beneath(root, path);
  struct stat status {};
  errno = walk.error;
  return !walk.error &&
         ::fstatat(root, below_root(walk.resolved), &status, AT_SYMLINK_NOFOLLOW) == 0;
}

}  // namespace pci_passthrough
