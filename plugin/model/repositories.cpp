#include <array>
#include <map>

#include "plugin/model/paths.hpp"
#include "plugin/model/storage.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough {
namespace {

/// What stands before an SR's uuid in the names of its mount point and of its volume group.
constexpr std::array<std::string_view, 5> prefixes = {
    "/run/sr-mount/", "/var/run/sr-mount/", "VG_XenStorage-", "XSLocalEXT-", "XSLocalXFS-"};

std::string uuid_in(std::string_view name) {
  for (const auto prefix : prefixes)
    if (name.starts_with(prefix)) return std::string(name.substr(prefix.size()));
  return "";
}

}  // namespace

std::vector<Repository> storage_repositories(const Snapshot& snapshot) {
  const Storage storage(snapshot);
  std::map<std::string, Repository> found;
  const auto add = [&](const std::string& uuid, const BlockDevice* block,
                       const std::string& evidence) {
    if (!uuid.empty() && block)
      found.emplace(uuid, Repository{uuid, storage.below(*block).functions, evidence});
  };
  for (const auto& mount : snapshot.mounts)
    add(uuid_in(mount.target), storage.of(mount), paths::mountinfo);
  for (const auto& block : snapshot.blocks)
    if (block.mapping == "LVM")
      add(uuid_in(volume_group(block.dm_name)), &block, "/sys/class/block/" + block.name);

  std::vector<Repository> repositories;
  for (auto& [uuid, repository] : found) repositories.push_back(std::move(repository));
  return repositories;
}

}  // namespace pci_passthrough
