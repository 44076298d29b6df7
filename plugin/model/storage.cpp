#include "plugin/model/storage.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "plugin/model/server_route.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

constexpr std::array<std::string_view, 6> system_targets = {"/",        "/boot", "/boot/efi",
                                                            "/var/log", "/var",  "/usr"};

const BlockDevice* look_up(const std::map<std::string, const BlockDevice*, std::less<>>& index,
                           std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

bool lives_in_memory(std::string_view name) {
  return name.starts_with("zram") || name.starts_with("ram");
}

bool lives_in_memory(const Mount& mount) { return mount.type == "tmpfs" || mount.type == "ramfs"; }

/// A file system that may lie on more disks than the one that mountinfo names.
bool may_span_disks(const Mount& mount) {
  return mount.type == "btrfs" || mount.type == "bcachefs" || mount.type == "zfs";
}

bool is_on_a_server(const Mount& mount) {
  return mount.type.starts_with("nfs") || mount.type == "cifs" || mount.type == "smb3";
}

SystemVolume volume_on_server(const Snapshot& snapshot, const Mount& mount) {
  auto route = route_to(snapshot, server_in(mount.source));
  return {mount.target,
          mount.source + (route.interface.empty() ? "" : " over " + route.interface),
          std::move(route.functions),
          false,
          route.unknown.empty(),
          std::string("/proc/self/mountinfo, ") + route_table};
}

SystemVolume volume_on(const Storage& storage, const BlockDevice* block, std::string name,
                       std::string evidence) {
  if (!block) return {std::move(name), "", {}, false, false, std::move(evidence)};
  const auto foundation = storage.below(*block);
  auto what = block->title.empty() ? block->name : block->title;
  if (!foundation.disks.empty() && foundation.disks != std::vector{block->name})
    what += " on " + joined(foundation.disks);
  return {std::move(name),      what,
          foundation.functions, foundation.usb,
          foundation.known,     evidence + ", /sys/class/block/" + block->name};
}

}  // namespace

bool is_system_target(std::string_view target) {
  return std::ranges::find(system_targets, target) != system_targets.end();
}

Storage::Storage(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (const auto& block : snapshot.blocks) {
    by_name_.emplace(block.name, &block);
    if (!block.number.empty()) by_number_.emplace(block.number, &block);
    if (!block.title.empty()) by_title_.emplace(block.title, &block);
  }
}

const BlockDevice* Storage::named(std::string_view name) const { return look_up(by_name_, name); }

const BlockDevice* Storage::of(const Mount& mount) const {
  const auto* block = look_up(by_number_, mount.number);
  return block ? block : at(mount.source);
}

const BlockDevice* Storage::titled(std::string_view title) const {
  return look_up(by_title_, title);
}

const BlockDevice* Storage::at(std::string_view path) const {
  constexpr std::string_view mapper = "/dev/mapper/", device = "/dev/";
  if (path.starts_with(mapper)) return titled(path.substr(mapper.size()));
  if (!path.starts_with(device)) return nullptr;
  std::string name(path.substr(device.size()));
  std::ranges::replace(name, '/', '!');
  return named(name);
}

Foundation Storage::below(const BlockDevice& top) const {
  Foundation foundation;
  std::set<PciAddress> functions;
  std::set<std::string> seen, disks;
  std::vector<const BlockDevice*> waiting = {&top};
  while (!waiting.empty()) {
    const BlockDevice& block = *waiting.back();
    waiting.pop_back();
    if (!seen.insert(block.name).second) continue;
    functions.insert(block.path.begin(), block.path.end());
    foundation.usb |= block.usb;
    for (const auto& name : block.below) {
      if (const auto* next = named(name))
        waiting.push_back(next);
      else
        foundation.known = false;
    }
    if (!block.below.empty()) continue;
    disks.insert(block.name);
    if (block.has_other_ways) foundation.known = false;
    if (!block.path.empty() || lives_in_memory(block.name)) continue;
    const auto route = route_to(snapshot_, block.server);
    functions.insert(route.functions.begin(), route.functions.end());
    foundation.known &= route.unknown.empty();
  }
  foundation.functions.assign(functions.begin(), functions.end());
  foundation.disks.assign(disks.begin(), disks.end());
  return foundation;
}

const Mount* mount_holding(const Snapshot& snapshot, std::string_view path) {
  const Mount* best = nullptr;
  for (const auto& mount : snapshot.mounts) {
    const bool inside = path.starts_with(mount.target) &&
                        (mount.target == "/" || path.substr(mount.target.size()).starts_with('/'));
    if (inside && (!best || best->target.size() <= mount.target.size())) best = &mount;
  }
  return best;
}

std::string volume_group(std::string_view title) {
  std::string group;
  for (; !title.empty(); title.remove_prefix(1)) {
    const bool doubled = title.starts_with("--");
    if (title.front() == '-' && !doubled) break;
    if (doubled) title.remove_prefix(1);
    group += title.front();
  }
  return group;
}

std::vector<SystemVolume> system_volumes(const Snapshot& snapshot) {
  const Storage storage(snapshot);
  std::map<std::string_view, const Mount*> mounted;
  for (const auto& mount : snapshot.mounts)
    if (is_system_target(mount.target)) mounted[mount.target] = &mount;
  std::erase_if(mounted,
                [](const auto& one) { return one.first != "/" && lives_in_memory(*one.second); });

  std::vector<SystemVolume> volumes;
  if (!mounted.contains("/"))
    volumes.push_back({"/", "", {}, false, false, "/proc/self/mountinfo"});
  for (const auto& [target, mount] : mounted) {
    if (is_on_a_server(*mount)) {
      volumes.push_back(volume_on_server(snapshot, *mount));
      continue;
    }
    volumes.push_back(
        volume_on(storage, storage.of(*mount), std::string(target), "/proc/self/mountinfo"));
    volumes.back().known &= !may_span_disks(*mount);
  }
  for (const auto& swap : snapshot.swaps) {
    const Mount device{swap, "", "swap", "", false};
    const Mount* mount = swap.starts_with("/dev/") ? &device : mount_holding(snapshot, swap);
    volumes.push_back(
        volume_on(storage, mount ? storage.of(*mount) : nullptr, "swap on " + swap, "/proc/swaps"));
  }
  return volumes;
}

}  // namespace pci_passthrough
