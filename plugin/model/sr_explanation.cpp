#include "plugin/model/sr_explanation.hpp"

#include <algorithm>
#include <array>

#include "plugin/model/mount_kind.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough {
namespace {

constexpr std::array<std::string_view, 5> groups_of_srs = {
    "VG_XenStorage-", "XSLocalEXT-", "XSLocalXFS-", "XSLocalLargeBlock-", "VG_XenServer-"};
constexpr std::array<std::string_view, 2> mounts_of_srs = {"/run/sr-mount/", "/var/run/sr-mount/"};

/// A volume whose name cannot be read may be of any group.
bool explain_volumes(SrExplanation& sr, auto is_of_group) {
  bool found = false;
  for (const auto& block : sr.snapshot.blocks) {
    if (!block.name.starts_with("dm-")) continue;
    if (!block.unread.empty()) sr.lose("cannot read " + block.unread, true, false);
    if (block.mapping != "LVM" || !is_of_group(volume_group(block.dm_name))) continue;
    sr.add(sr.storage.below(block), found ? "" : "/sys/class/block/" + block.name);
    found = true;
  }
  return found;
}

}  // namespace

std::string SrExplanation::word(const std::string& key) const {
  const auto found = pbd.device_config.find(key);
  return found == pbd.device_config.end() ? "" : found->second;
}

void SrExplanation::add(const BlockDevice& block, const std::string& evidence) {
  add(storage.below(block), evidence);
  cite("/sys/class/block/" + block.name);
}

void SrExplanation::cite(const std::string& evidence) {
  const auto entry = ", " + evidence;
  const bool is_new = (account.evidence + ",").find(entry + ",") == std::string::npos;
  if (!evidence.empty() && is_new) account.evidence += entry;
}

void SrExplanation::add(const BackingDevices& found, const std::string& evidence) {
  BackingDevices all{account.functions, account.disks};
  add_to(all, found);
  account.functions = std::move(all.functions);
  account.disks = std::move(all.disks);
  cite(evidence);
  if (!found.known) lose("cannot follow " + found.lost, true, found.may_be_remote);
}

void SrExplanation::add(const Mount& mount) {
  if (mount_kind(mount.type) != MountKind::server)
    return add(storage.under(mount), paths::mountinfo);
  const auto& address = mount.server_address;
  add_server(address.empty() ? server_in(mount.source) : address, paths::mountinfo);
}

void SrExplanation::add_server(const std::string& server, const std::string& evidence) {
  auto route = route_to(snapshot, server);
  cite(evidence);
  cite(route_table);
  if (!route.unknown.empty()) lose(route.unknown, false, true);
  account.servers.push_back({server, std::move(route)});
}

void SrExplanation::lose(const std::string& why, bool disks, bool nics) {
  if (account.unknown.empty()) account.unknown = why;
  account.may_be_on_disks |= disks;
  account.may_be_on_nics |= nics;
}

bool explain_group(SrExplanation& sr, const std::string& group) {
  return explain_volumes(sr, [&](const std::string& name) { return name == group; });
}

bool explain_by_uuid(SrExplanation& sr) {
  if (sr.sr.uuid.empty()) return false;
  bool found = explain_volumes(sr, [&](const std::string& name) {
    return std::ranges::any_of(groups_of_srs, [&](std::string_view head) {
      return name.starts_with(head) && name.substr(head.size()) == sr.sr.uuid;
    });
  });
  if (const auto* mount = mount_of_sr(sr.snapshot, sr.sr.uuid)) {
    sr.add(*mount);
    found = true;
  }
  return found;
}

const Mount* mount_of_sr(const Snapshot& snapshot, const std::string& uuid) {
  if (uuid.empty()) return nullptr;
  const Mount* found = nullptr;
  for (const auto& mount : snapshot.mounts) {
    const std::string_view target = mount.target;
    const bool is_an_srs = std::ranges::any_of(
        mounts_of_srs, [&](std::string_view head) { return target.starts_with(head); });
    if (is_an_srs && target.find(uuid) != target.npos) found = &mount;
  }
  return found;
}

}  // namespace pci_passthrough
