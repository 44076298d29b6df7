#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/descriptor.hpp"

namespace pci_passthrough {

/// The last part of a path, where it is a link: its target is meant, or the link itself.
enum class Last { followed, itself };

/// A path, walked part by part below a root: an absolute target starts again at the root, ".."
/// stays inside, 40 links at most. /proc/self counts as a directory: where it leads says nothing of
/// a host.
struct Walk {
  struct Link {
    std::string path, target;
  };
  std::string resolved;  ///< "/sys/devices/pci0000:00/0000:00:1f.2"; as far as it could be walked
  std::vector<Link> links{};  ///< those passed, in order
  int error = 0;
};
Walk walk_beneath(int root, std::string_view path, Last last = Last::followed);

/// Opens a path below a root other than "/"; no link and no ".." leads out of it. Where the kernel
/// has no openat2 the path is walked. Nothing, and errno, where it cannot be opened.
Descriptor open_beneath(int root, const std::string& path, int flags);

/// Whether the path leads to anything, in the same way.
bool exists_beneath(int root, const std::string& path);

/// Opens without openat2, for older kernels.
Descriptor open_walked(int root, const std::string& path, int flags);

/// "/a/b" as the *at calls want it below a root's descriptor: "a/b"; the root itself is ".".
const char* below_root(const std::string& path);

}  // namespace pci_passthrough
