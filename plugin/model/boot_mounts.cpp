#include "plugin/model/boot_mounts.hpp"

#include <algorithm>
#include <array>

#include "plugin/model/mount_kind.hpp"
#include "plugin/model/server_route.hpp"
#include "plugin/model/storage.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::array<std::string_view, 3> tables = {"/etc/fstab", "/etc/crypttab",
                                                    "/etc/systemd/system"};

struct Ground {
  Foundation all;
  std::vector<std::string> blocks;  ///< what was found
  bool is_found = false;

  void add(const Storage& storage, const BlockDevice& block) {
    add_to(all, storage.below(block));
    if (std::ranges::count(blocks, block.name) == 0) blocks.push_back(block.name);
    is_found = true;
  }
  void add(const Storage& storage, const Mount& mount) {
    add_to(all, storage.under(mount));
    if (const auto* block = storage.of(mount);
        block && std::ranges::count(blocks, block->name) == 0)
      blocks.push_back(block->name);
    is_found = true;
  }
};

bool names_a_device(const std::string& what) {
  return what.starts_with("/dev/") || !what.starts_with('/');
}

/// What is mounted there now, if it is this.
const Mount* mounted_at(const Snapshot& snapshot, const MountEntry& entry) {
  const Mount* last = nullptr;
  for (const auto& mount : snapshot.mounts)
    if (mount.target == entry.target) last = &mount;
  return last && mount_kind(last->type) != MountKind::kernel ? last : nullptr;
}

void add_named(const Snapshot& snapshot, const Storage& storage, const MountEntry& entry,
               Ground& ground) {
  if (const auto* block = storage.at(entry.what)) ground.add(storage, *block);
  const auto ends = snapshot.named_blocks.find(entry.what);
  if (ends == snapshot.named_blocks.end()) return;
  for (const auto& end : ends->second)
    if (const auto* block = storage.at(end)) ground.add(storage, *block);
}

Ground ground_of(const Snapshot& snapshot, const Storage& storage, const MountEntry& entry) {
  Ground ground;
  if (const auto* mount = mounted_at(snapshot, entry)) ground.add(storage, *mount);
  if (entry.type == "crypt")
    if (const auto* map = storage.at(entry.target)) ground.add(storage, *map);
  if (mount_kind(entry.type) == MountKind::server) {
    if (ground.is_found) return ground;
    const Mount remote{entry.what, entry.target, entry.type, "", false};
    ground.add(storage, remote);
  } else if (names_a_device(entry.what)) {
    add_named(snapshot, storage, entry, ground);
  } else if (const auto* mount = mount_holding(snapshot, entry.what)) {
    ground.add(storage, *mount);
  }
  return ground;
}

BootMount resolved(const Snapshot& snapshot, const Storage& storage, const MountEntry& entry) {
  const auto ground = ground_of(snapshot, storage, entry);
  BootMount boot{entry.target,
                 entry.what,
                 entry.required,
                 ground.all.functions,
                 ground.all.disks,
                 ground.all.may_be_remote,
                 "",
                 entry.evidence};
  for (const auto& block : ground.blocks) boot.evidence += ", /sys/class/block/" + block;
  if (!ground.is_found)
    boot.unknown = "no block device is known as " + entry.what;
  else if (!ground.all.known)
    boot.unknown = "cannot follow " + ground.all.lost;
  return boot;
}

/// Does what is said of the volume say all of the mount?
bool is_of(const SystemVolume& volume, const BootMount& mount) {
  const bool is_swap = mount.target == "swap" && volume.name.starts_with("swap");
  const auto has = [&](const PciAddress& address) {
    return std::ranges::count(volume.functions, address) != 0;
  };
  return (is_swap || volume.name == mount.target) && std::ranges::all_of(mount.functions, has) &&
         (mount.unknown.empty() || !volume.known);
}

}  // namespace

std::vector<BootMount> boot_mounts(const Snapshot& snapshot) {
  const Storage storage(snapshot);
  std::vector<BootMount> boot;
  for (const auto& entry : snapshot.mount_entries)
    boot.push_back(resolved(snapshot, storage, entry));
  for (const auto table : tables)
    for (const auto& [path, why] : snapshot.unreadable)
      if (path.starts_with(table))
        boot.push_back(
            {"", "", true, {}, {}, false, "cannot read " + path + " (" + why + ")", path});
  return boot;
}

std::vector<BootMount> awaited_mounts(const Snapshot& snapshot,
                                      const std::vector<SystemVolume>& volumes) {
  auto awaited = boot_mounts(snapshot);
  std::erase_if(awaited, [&](const BootMount& mount) {
    return !mount.required ||
           std::ranges::any_of(volumes, [&](const auto& one) { return is_of(one, mount); });
  });
  return awaited;
}

}  // namespace pci_passthrough
