#include <algorithm>
#include <array>
#include <set>

#include "plugin/model/mount_kind.hpp"
#include "plugin/model/server_route.hpp"
#include "plugin/model/storage.hpp"

namespace pci_passthrough {
namespace {

constexpr std::array<std::string_view, 3> made_of_local_files = {"loop", "zd", "dm-"};

bool is_in_memory(std::string_view name) {
  return name.starts_with("zram") || name.starts_with("ram");
}

/// A disk below no PCI function: of rbd, drbd, nbd, or of SCSI over a NIC.
bool may_be_remote(const BlockDevice& block) {
  return std::ranges::none_of(
      made_of_local_files, [&](std::string_view prefix) { return block.name.starts_with(prefix); });
}

}  // namespace

class Storage::Descent {
 public:
  Descent(const Storage& storage, const Snapshot& snapshot)
      : storage_(storage), snapshot_(snapshot) {}

  void enter(const BlockDevice& block) { waiting_.push_back(&block); }
  void enter(const Mount& mount) {
    const auto kind = mount_kind(mount.type);
    if (kind == MountKind::memory || kind == MountKind::kernel) return;
    if (kind == MountKind::server) {
      reach(mount.server_address.empty() ? server_in(mount.source) : mount.server_address);
      return;
    }
    const auto what = mount.source + " (" + mount.type + ") at " + mount.target;
    if (const auto* block = storage_.of(mount))
      enter(*block);
    else
      lose(what);
    if (kind == MountKind::several_disks) lose(what + ", which may lie on more disks than it says");
    if (kind == MountKind::unknown) found_.may_be_remote = true;
    if (kind == MountKind::unknown) lose(what);
  }

  BackingDevices all() && {
    while (!waiting_.empty()) {
      const BlockDevice& block = *waiting_.back();
      waiting_.pop_back();
      if (seen_.insert(block.name).second) look_below(block);
    }
    found_.functions.assign(functions_.begin(), functions_.end());
    found_.disks.assign(disks_.begin(), disks_.end());
    return std::move(found_);
  }

 private:
  void look_below(const BlockDevice& block) {
    functions_.insert(block.path.begin(), block.path.end());
    found_.usb |= block.usb;
    if (!block.unread.empty()) lose(block.unread);
    for (const auto& name : block.below) {
      if (const auto* next = storage_.named(name))
        enter(*next);
      else
        lose(name);
    }
    if (!block.below.empty()) return;
    disks_.insert(block.name);
    if (block.has_other_ways) lose(block.name + ", which is reached in another way too");
    if (!block.path.empty() || is_in_memory(block.name)) return;
    if (block.backing_file.empty()) return reach_disk(block);
    enter_file(block);
  }

  void reach_disk(const BlockDevice& block) {
    if (!block.server.empty()) return reach(block.server);
    found_.may_be_remote |= may_be_remote(block);
    lose(block.name);
  }

  void enter_file(const BlockDevice& loop) {
    if (const auto* block = storage_.at(loop.backing_file)) return enter(*block);
    const bool is_a_device = loop.backing_file.starts_with("/dev/");
    const auto* mount = is_a_device ? nullptr : mount_holding(snapshot_, loop.backing_file);
    if (mount)
      enter(*mount);
    else
      lose(loop.backing_file + " of " + loop.name);
  }

  void reach(const std::string& server) {
    const auto route = route_to(snapshot_, server);
    functions_.insert(route.functions.begin(), route.functions.end());
    if (route.unknown.empty()) return;
    found_.may_be_remote = true;
    lose(route.unknown);
  }

  void lose(const std::string& what) {
    found_.known = false;
    if (found_.lost.empty()) found_.lost = what;
  }

  const Storage& storage_;
  const Snapshot& snapshot_;
  BackingDevices found_;
  std::set<PciAddress> functions_;
  std::set<std::string> seen_, disks_;
  std::vector<const BlockDevice*> waiting_;
};

BackingDevices Storage::below(const BlockDevice& block) const {
  Descent descent(*this, snapshot_);
  descent.enter(block);
  return std::move(descent).all();
}

BackingDevices Storage::under(const Mount& mount) const {
  Descent descent(*this, snapshot_);
  descent.enter(mount);
  return std::move(descent).all();
}

void add_to(BackingDevices& all, const BackingDevices& more) {
  const auto merge = [](auto& into, const auto& from) {
    into.insert(into.end(), from.begin(), from.end());
    std::ranges::sort(into);
    into.erase(std::unique(into.begin(), into.end()), into.end());
  };
  merge(all.functions, more.functions);
  merge(all.disks, more.disks);
  all.usb |= more.usb;
  all.may_be_remote |= more.may_be_remote;
  if (all.lost.empty()) all.lost = more.lost;
  all.known &= more.known;
}

}  // namespace pci_passthrough
