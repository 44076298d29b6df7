#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// "/mnt/iso (LABEL=data)", "swap (/dev/sdb2)".
std::string mount_called(const BootMount& mount) {
  return mount.target.empty() ? "what the boot waits for"
                              : fmt::format("{} ({})", mount.target, mount.what);
}

std::string file_of(const BootMount& mount) {
  return mount.evidence.substr(0, mount.evidence.find(','));
}

std::string or_not_waited_for(const BootMount& mount) {
  if (mount.target.empty())
    return fmt::format("Or make {} readable, and try again.", file_of(mount));
  return fmt::format("Or give {} the option nofail in {}, or take it out there, first.",
                     mount.target, file_of(mount));
}

bool may_be_on(const SrSuspects& suspects, const BootMount& mount, const Function& function) {
  return !mount.unknown.empty() &&
         (suspects.disks.contains(function.address) ||
          (mount.may_be_remote && suspects.networks.contains(function.address)));
}

}  // namespace

Reasons awaited_mounts_on(const Analysis& host, const Function& function, std::string_view end) {
  const auto& hardware = host.hardware();
  std::vector<std::string> names;
  Reasons found, unknown;
  for (const auto& mount : hardware.awaited_mounts) {
    if (reaches(mount.functions, function)) {
      names.push_back(mount_called(mount));
      if (found.empty())
        found.push_back(
            {.message = "", .evidence = mount.evidence, .or_else = or_not_waited_for(mount)});
    } else if (may_be_on(hardware.suspects, mount, function)) {
      const auto what = mount.target.empty() ? mount_called(mount)
                                             : mount_called(mount) + ", which the boot waits for";
      unknown.push_back({.message = fmt::format("Unknown whether {} carries {}: {}.",
                                                what_it_is(function), what, mount.unknown),
                         .evidence = mount.evidence,
                         .state = FindingState::unknown,
                         .or_else = or_not_waited_for(mount)});
    }
  }
  if (found.empty()) return unknown;
  found[0].message = fmt::format("{} carries {}, which the boot waits for. {}",
                                 what_it_is(function), joined(names), end);
  return found;
}
namespace {

Reasons boot_mount_hidden(const Analysis& host, const Function& function) {
  return leaving_to_dom0(
      awaited_mounts_on(host, function, "Once it is hidden, the host boots into emergency mode."),
      host, function);
}
constexpr auto boot_mount_hidden_row = row<boot_mount_hidden>({
    .code = "boot-mount-hidden",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A device about to be hidden carries a file system, swap or encrypted volume that the "
             "boot waits for.",
    .fires =
        "A line of /etc/fstab or /etc/crypttab, or a unit in /etc/systemd/system that another "
        "requires, names a local disk behind the device, without nofail, noauto or "
        "x-systemd.automount. What dom0 itself lives from is boot-controller-hidden's; what is "
        "mounted and stands in none of these is in-use-by-dom0's. Unknown where one of these "
        "files cannot be read, or what one names leads to no disk, and the device is a disk "
        "adapter, a USB controller with a disk behind it, of a class that cannot be read, or a "
        "bridge above such a one.",
    .rests_on =
        "systemd waits for each of these mounts, then ends in emergency mode (systemd.mount(5), "
        "fstab(5), crypttab(5)); older releases end in a repair shell. A name is followed by what "
        "is mounted there now and by udev's links in /dev/disk.",
    .remedy = "Leave the device to dom0, or give the mount the option nofail in /etc/fstab first.",
});

}  // namespace

std::span<const Check> dom0_mounts() {
  static constexpr Check rows[] = {boot_mount_hidden_row};
  return rows;
}

}  // namespace pci_passthrough::checks
