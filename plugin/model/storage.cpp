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

}  // namespace pci_passthrough
