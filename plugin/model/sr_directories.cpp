#include "plugin/model/boot_mounts.hpp"
#include "plugin/model/sr_explanation.hpp"

namespace pci_passthrough {
namespace {

bool is_below(std::string_view path, std::string_view directory) {
  return directory.starts_with('/') && path.starts_with(directory) &&
         (directory == "/" || path.size() == directory.size() || path[directory.size()] == '/');
}

/// What the next boot mounts nearer to a path than what is mounted now.
const MountEntry* entry_nearer(const Snapshot& snapshot, const std::string& path,
                               const Mount* now) {
  auto depth = now ? now->target.size() : 0;
  const MountEntry* nearest = nullptr;
  for (const auto& entry : snapshot.mount_entries) {
    if (entry.target.size() <= depth || !is_below(path, entry.target)) continue;
    nearest = &entry;
    depth = entry.target.size();
  }
  return nearest;
}

}  // namespace

void explain_directory(SrExplanation& sr, const std::string& path) {
  const auto followed = sr.snapshot.named_directories.find(path);
  if (followed == sr.snapshot.named_directories.end())
    return sr.lose("cannot follow the directory '" + path + "'", true, true);
  const auto* mount = mount_holding(sr.snapshot, followed->second + "/");
  if (mount)
    sr.add(*mount);
  else
    sr.lose("no mount is known to hold '" + followed->second + "'", true, true);
  const auto* entry = entry_nearer(sr.snapshot, followed->second, mount);
  for (const auto& boot : boot_mounts(sr.snapshot)) {
    if (boot.target.empty()) sr.lose("what the next boot mounts: " + boot.unknown, true, true);
    if (!entry || boot.target != entry->target) continue;
    sr.add(BackingDevices{boot.functions, boot.disks}, entry->evidence);
    if (!boot.unknown.empty()) sr.lose(boot.unknown, true, true);
  }
}

}  // namespace pci_passthrough
