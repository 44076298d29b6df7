#include "plugin/model/mark_place.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/model/boot_mark.hpp"
#include "plugin/model/storage.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

/// Those of which a boot loader may overwrite a file's bytes.
constexpr std::array<std::string_view, 5> plain_types = {"ext2", "ext3", "ext4", "vfat", "msdos"};

/// How a kind of device is called, by device mapper's word or the beginning of its name.
constexpr struct {
  std::string_view mapping, name, words;
} odd_kinds[] = {{"LVM", "", "the LVM volume"},   {"mpath", "", "the multipath disk"},
                 {"", "md", "the software RAID"}, {"", "dm-", "the device mapper volume"},
                 {"", "loop", "the loop device"}, {"", "bcache", "the cache"}};

/// What of it is no plain disk; "" where it is one, or a part of one.
std::string not_plain(const BlockDevice& block) {
  const auto name = printable(block.dm_name.empty() ? block.name : block.dm_name);
  for (const auto& kind : odd_kinds)
    if (kind.mapping.empty() ? block.name.starts_with(kind.name) : block.mapping == kind.mapping)
      return fmt::format("lies on {} {}", kind.words, name);
  if (!block.mapping.empty()) return fmt::format("lies on {} ({})", name, printable(block.mapping));
  if (!block.server.empty())
    return fmt::format("lies on {}, a disk of the iSCSI server {}", name, printable(block.server));
  if (block.has_other_ways) return fmt::format("lies on {}, to which several ways lead", name);
  return "";
}

/// Nothing where the whole chain is plain.
MarkPlace along(const Storage& storage, const BlockDevice& block, MarkPlace place) {
  place.obstacle = not_plain(block);
  if (!place.obstacle.empty()) return place;
  place.is_known = block.unread.empty() && !(block.below.empty() && block.path.empty());
  if (!place.is_known) {
    place.obstacle = block.unread.empty()
                         ? fmt::format("{} hangs on no PCI function", printable(block.name))
                         : fmt::format("cannot read {}", block.unread);
    return place;
  }
  for (const auto& name : block.below) {
    const auto* below = storage.named(name);
    if (!below) return {place.path, fmt::format("{} is not known", printable(name)), false};
    place = along(storage, *below, std::move(place));
    if (!place.obstacle.empty()) return place;
  }
  return place;
}

}  // namespace

MarkPlace mark_place(const Snapshot& host) {
  const bool is_grub = host.boot.file.loader == BootLoader::grub;
  MarkPlace place{is_grub ? grubenv_beside(host.boot.path) : "/boot", ""};
  const auto* mount = mount_holding(host, host.boot.path);
  if (!mount) return {place.path, "no mount is known that holds it", false};
  if (mount->read_only)
    place.obstacle =
        fmt::format("lies on {}, which is mounted read-only", printable(mount->target));
  else if (std::ranges::count(plain_types, std::string_view(mount->type)) == 0)
    place.obstacle = fmt::format(
        "lies on a file system of the type {}, which the boot loader only "
        "reads",
        printable(mount->type));
  if (!place.obstacle.empty()) return place;
  const Storage storage(host);
  const auto* block = storage.of(*mount);
  if (!block)
    return {place.path, fmt::format("the disk below {} is not known", printable(mount->target)),
            false};
  return along(storage, *block, std::move(place));
}

}  // namespace pci_passthrough
