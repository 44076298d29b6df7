#include "plugin/model/storage.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

const BlockDevice* look_up(const std::map<std::string, const BlockDevice*, std::less<>>& index,
                           std::string_view key) {
  const auto found = index.find(key);
  return found == index.end() ? nullptr : found->second;
}

}  // namespace

Storage::Storage(const Snapshot& snapshot) : snapshot_(snapshot) {
  for (const auto& block : snapshot.blocks) {
    by_name_.emplace(block.name, &block);
    if (!block.number.empty()) by_number_.emplace(block.number, &block);
    if (!block.dm_name.empty()) by_dm_name_.emplace(block.dm_name, &block);
  }
}

const BlockDevice* Storage::named(std::string_view name) const { return look_up(by_name_, name); }

const BlockDevice* Storage::of(const Mount& mount) const {
  const auto* block = look_up(by_number_, mount.number);
  return block ? block : at(mount.source);
}

const BlockDevice* Storage::mapped_as(std::string_view dm_name) const {
  return look_up(by_dm_name_, dm_name);
}

const BlockDevice* Storage::at(std::string_view path) const {
  constexpr std::string_view mapper = "/dev/mapper/", device = "/dev/";
  if (path.starts_with(mapper)) return mapped_as(path.substr(mapper.size()));
  if (!path.starts_with(device)) return nullptr;
  std::string name(path.substr(device.size()));
  std::ranges::replace(name, '/', '!');
  return named(name);
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

std::string volume_group(std::string_view dm_name) {
  std::string group;
  for (; !dm_name.empty(); dm_name.remove_prefix(1)) {
    const bool doubled = dm_name.starts_with("--");
    if (dm_name.front() == '-' && !doubled) break;
    if (doubled) dm_name.remove_prefix(1);
    group += dm_name.front();
  }
  return group;
}

}  // namespace pci_passthrough
