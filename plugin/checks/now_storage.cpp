#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/now_words.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::string_view held_kinds[] = {"mount", "swap", "raid", "multipath", "lvm", "mapping"};

/// What of storage could not be read at all.
Reasons unread_storage(const Analysis& host, const Function& function) {
  if (!may_be(function, &ClassCode::may_carry_disks)) return {};
  for (const char* path : {paths::block_devices, "/sys/block", paths::mountinfo, paths::swaps})
    if (const auto why = host.snapshot().unreadable.find(path);
        why != host.snapshot().unreadable.end())
      return {{fmt::format("Unknown whether dom0 uses a disk of {}: cannot read {} ({}).",
                           what_it_is(function), path, why->second),
               path, FindingState::unknown}};
  return {};
}

Reasons now_storage_in_use(const Analysis& host, const Function& function) {
  const auto uses = host.hardware().usage.find(function.address);
  std::vector<std::string> held;
  std::string evidence;
  if (uses != host.hardware().usage.end())
    for (const auto& use : uses->second) {
      if (std::ranges::count(held_kinds, use.kind) == 0) continue;
      if (held.empty()) evidence = use.evidence;
      held.push_back(fmt::format("{} {}", use.kind, use.name));
    }
  if (held.empty()) return unread_storage(host, function);
  return {{fmt::format("{} carries what dom0 uses: {}. Taken from it now, what is not yet written "
                       "is lost, and programs that wait for it hang.",
                       what_it_is(function), joined(held)),
           evidence}};
}
constexpr auto now_storage_in_use_row = row<now_storage_in_use>({
    .code = "now-storage-in-use",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "dom0 uses a disk of a device that is about to be taken from it at once.",
    .fires = "A mount, swap, RAID array, multipath map, volume group or other mapping of dom0 "
             "hangs on the device. Unknown where the block devices, mounts or swaps cannot be read "
             "and the device may carry disks.",
    .rests_on =
        "/proc/self/mountinfo, /proc/swaps and /sys/class/block, followed through slaves and "
        "partitions. An unbind asks nobody: the disk is gone for whoever has it (Linux "
        "drivers/base/dd.c device_release_driver_internal).",
    .remedy = "First unmount its file systems, turn its swap off, and stop its arrays, maps and "
              "volume groups; or hide it from the next boot on: leave out now=true.",
});

Reasons now_disk_open(const Analysis& host, const Function& function) {
  Reasons reasons;
  for (const auto& disk : host.snapshot().live_use->disks) {
    if (disk.error.empty() || !reaches(disk.path, function)) continue;
    const auto node = "/dev/" + disk.name;
    if (disk.is_busy)
      reasons.push_back({fmt::format("{} carries the disk {}, and something in dom0 holds it: it "
                                     "cannot be opened exclusively ({}).",
                                     what_it_is(function), disk.name, disk.error),
                         node});
    else
      reasons.push_back({fmt::format("Unknown whether something in dom0 holds the disk {} of {}: "
                                     "cannot open {} ({}).",
                                     disk.name, what_it_is(function), node, disk.error),
                         node, FindingState::unknown});
  }
  return reasons;
}
constexpr auto now_disk_open_row = row<now_disk_open>({
    .code = "now-disk-open",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A disk of a device about to be taken from dom0 at once cannot be opened exclusively.",
    .fires = "Something holds the disk or a partition of it, known to this program or not. Unknown "
             "where the disk cannot be opened for another reason.",
    .rests_on = "open(2) with O_EXCL on a block device fails with EBUSY while a file system, swap, "
                "md, device mapper, ZFS or another such open claims it (Linux block/bdev.c "
                "bd_may_claim). It is tried once more before the unbind.",
    .remedy = "See what holds it (lsblk, fuser -v /dev/DISK) and stop that first; or hide the "
              "device from the next boot on: leave out now=true.",
});

Reasons now_node_open(const Analysis& host, const Function& function) {
  Reasons reasons;
  const auto& use = *host.snapshot().live_use;
  for (const auto& one : use.open_nodes)
    if (reaches(one.path, function))
      reasons.push_back({fmt::format("{} is in use: {} has {} open.", what_it_is(function),
                                     one.program, one.node),
                         one.node});
  if (const auto why = use.unreadable.find("/proc"); why != use.unreadable.end())
    reasons.push_back({fmt::format("Unknown which programs use {}: cannot read /proc ({}).",
                                   what_it_is(function), why->second),
                       "/proc", FindingState::unknown});
  return reasons;
}
constexpr auto now_node_open_row = row<now_node_open>({
    .code = "now-node-open",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A program of dom0's has a device open that is about to be taken from it at once.",
    .fires = "A process has a node of /dev open that belongs to the device or to what hangs on "
             "it: a disk, a USB device that a VM has, a terminal, a display, sound. Unknown where "
             "/proc cannot be listed.",
    .rests_on = "/proc/PID/fd, and DEVNAME in the uevent of each device of /sys/class and "
                "/sys/bus/usb. A driver may wait in its unbind for the last one to close.",
    .remedy = "Stop that program first (of a VM's USB device: xe vusb-unplug), or hide the device "
              "from the next boot on: leave out now=true.",
});

Reasons now_sr_plugged(const Analysis& host, const Function& function) {
  const auto& hardware = host.hardware();
  Reasons reasons;
  for (const auto& sr : hardware.srs) {
    const bool is_on = reaches(sr.functions, function);
    if (sr.plugged_now == false || (!is_on && !hardware.suspects.may_carry_disks_of(sr, function)))
      continue;
    const auto name = sr.name.empty() ? sr.uuid : in_quotes(sr.name);
    if (is_on && sr.plugged_now)
      reasons.push_back({fmt::format("{} carries the disks of the SR {}, which is plugged.",
                                     what_it_is(function), name),
                         sr.evidence});
    else
      reasons.push_back(
          {fmt::format("Unknown whether {} carries the disks of the SR {}, or whether "
                       "that is plugged: {}.",
                       what_it_is(function), name,
                       sr.unknown.empty() ? "xapi does not tell" : sr.unknown),
           sr.evidence, FindingState::unknown});
  }
  const bool is_suspect = hardware.suspects.disks.contains(function.address);
  if (is_suspect && (!host.snapshot().pool || !hardware.why_srs_are_untold.empty()))
    reasons.push_back(untold_by_xapi(
        fmt::format("Unknown whether {} carries the disks of an SR that is plugged: {}.",
                    what_it_is(function),
                    hardware.why_srs_are_untold.empty() ? "xapi did not answer"
                                                        : hardware.why_srs_are_untold),
        "/var/lib/xcp/xapi: PBD"));
  return reasons;
}
constexpr auto now_sr_plugged_row = row<now_sr_plugged>({
    .code = "now-sr-plugged",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A storage repository on a device about to be taken from dom0 at once is plugged.",
    .fires = "A PBD of this host is attached and its SR has disks behind the device. Unknown where "
             "xapi does not tell, or the SR's disks cannot be found and the device may carry them.",
    .rests_on = "PBD.currently_attached, and what the SR stands on (plugin/model/README.md, \"What "
                "a storage repository stands on\").",
    .remedy = "Shut down the VMs with disks in it and unplug it first: xe pbd-unplug uuid=PBD.",
});

}  // namespace

std::span<const Check> now_storage() {
  static constexpr Check rows[] = {now_storage_in_use_row, now_disk_open_row, now_node_open_row,
                                   now_sr_plugged_row};
  return rows;
}

}  // namespace pci_passthrough::checks
