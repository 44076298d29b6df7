#include <map>

#include "plugin/model/mount_kind.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/server_route.hpp"
#include "plugin/model/storage.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

constexpr auto& mountinfo = paths::mountinfo;
constexpr auto& proc_swaps = paths::swaps;

bool needs_no_disk(const Mount& mount) {
  const auto kind = mount_kind(mount.type);
  return kind == MountKind::memory || kind == MountKind::kernel;
}

SystemVolume volume_on_server(const Snapshot& snapshot, const Mount& mount) {
  const auto& address = mount.server_address;
  auto route = route_to(snapshot, address.empty() ? server_in(mount.source) : address);
  return {mount.target,
          mount.source + (route.interface.empty() ? "" : " over " + route.interface),
          std::move(route.functions),
          false,
          route.unknown.empty(),
          std::string(mountinfo) + ", " + route_table};
}

SystemVolume volume_on(const Storage& storage, const Mount& mount, std::string name,
                       std::string evidence) {
  const auto* block = storage.of(mount);
  if (!block) return {std::move(name), "", {}, false, false, std::move(evidence)};
  const auto backing = storage.under(mount);
  auto what = block->dm_name.empty() ? block->name : block->dm_name;
  if (!backing.disks.empty() && backing.disks != std::vector{block->name})
    what += " on " + joined(backing.disks);
  return {std::move(name), what,          backing.functions,
          backing.usb,     backing.known, evidence + ", /sys/class/block/" + block->name};
}

SystemVolume swap_volume(const Snapshot& snapshot, const Storage& storage,
                         const std::string& swap) {
  const auto name = "swap on " + swap;
  const Mount device{swap, "", "swap", "", false};
  const Mount* mount = swap.starts_with("/dev/") ? &device : mount_holding(snapshot, swap);
  if (!mount) return {name, "", {}, false, false, proc_swaps};
  if (mount_kind(mount->type) != MountKind::server)
    return volume_on(storage, *mount, name, proc_swaps);
  auto volume = volume_on_server(snapshot, *mount);
  volume.name = name;
  return volume;
}

}  // namespace

std::vector<SystemVolume> system_volumes(const Snapshot& snapshot) {
  const Storage storage(snapshot);
  std::map<std::string_view, const Mount*> mounted;
  for (const auto& mount : snapshot.mounts)
    if (is_system_target(mount.target)) mounted[mount.target] = &mount;
  std::erase_if(mounted,
                [](const auto& one) { return one.first != "/" && needs_no_disk(*one.second); });

  std::vector<SystemVolume> volumes;
  if (!mounted.contains("/")) volumes.push_back({"/", "", {}, false, false, mountinfo});
  for (const auto& [target, mount] : mounted)
    volumes.push_back(mount_kind(mount->type) == MountKind::server
                          ? volume_on_server(snapshot, *mount)
                          : volume_on(storage, *mount, std::string(target), mountinfo));
  for (const auto& swap : snapshot.swaps) volumes.push_back(swap_volume(snapshot, storage, swap));
  if (snapshot.unreadable.contains(proc_swaps))
    volumes.push_back({"swap", "", {}, false, false, proc_swaps});
  return volumes;
}

}  // namespace pci_passthrough
