#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/named_file.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/storage.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons boot_file_missing(const Analysis& host) {
  const Boot& boot = host.boot();
  Reasons reasons;
  for (const auto i : host.rules().unattended) {
    const auto& entry = boot.file.entries[i];
    if (boot.present.empty())
      reasons.push_back({.message = fmt::format("Unknown whether the files that '{}' names are "
                                                "there: cannot list /boot.",
                                                entry.title),
                         .evidence = "/boot",
                         .state = FindingState::unknown,
                         .remedy = Remedy{"Check that /boot is mounted and its disk is well "
                                          "(dmesg), and try again."}});
    for (const auto& named : entry.files) {
      const auto file = named_file(host.snapshot(), named);
      const bool directly_in_boot =
          file.starts_with("/boot/") && file.find('/', 6) == std::string::npos;
      if (!boot.present.empty() && directly_in_boot && std::ranges::count(boot.present, file) == 0)
        reasons.push_back(
            {fmt::format("'{}' names {}, which is not there. The host would not boot by it.",
                         entry.title, file),
             where(boot, entry)});
    }
  }
  return reasons;
}
constexpr auto boot_file_missing_row = row<boot_file_missing>({
    .code = "boot-file-missing",
    .severity = Severity::block,
    .refusal = Refusal::final,
    .means = "An entry that boots by itself names a file that is not there.",
    .fires = "The hypervisor, the kernel or the initrd of the default entry, or of the one that "
             "boots once, is said to lie directly in /boot, and is not there. Unknown when /boot "
             "cannot be listed.",
    .rests_on = "The loader stops where a file is missing. A backup that is older than the last "
                "update of the kernel brings this about.",
    .remedy = "Correct the entry in the boot file by hand, install the missing file again, or "
              "restore a backup that names the files which are there.",
});

Reasons boot_config_not_durable(const Analysis& host) {
  const auto& path = host.boot().path;
  if (path.empty()) return {};
  const Mount* mount = mount_holding(host.snapshot(), path);
  if (!mount)
    return {{.message = fmt::format("Unknown whether {} can be written: no mount is known that "
                                    "holds it.",
                                    path),
             .evidence = paths::mountinfo,
             .state = FindingState::unknown,
             .remedy = Remedy{"Mount proc at /proc, and try again."}}};
  if (!mount->read_only) return {};
  return {{.message = fmt::format("{} lies on {}, which is mounted read-only. No change can be "
                                  "written.",
                                  path, mount->target),
           .evidence = paths::mountinfo,
           .remedy =
               Remedy{fmt::format("Mount it read-write: mount -o remount,rw {}.", mount->target)}}};
}
constexpr auto boot_config_not_durable_row = row<boot_config_not_durable>({
    .code = "boot-config-not-durable",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The boot file lies on a file system that is mounted read-only.",
    .fires = "The mount that holds the boot file is read-only. Unknown when no mount is known "
             "to hold it.",
    .rests_on = "The options of the mount and of its file system in /proc/self/mountinfo; Linux "
                "mounts read-only by itself after an error of the file system.",
    .remedy = "Mount it read-write: mount -o remount,rw. If that fails, look for the reason in "
              "dmesg.",
});

}  // namespace

std::span<const Check> boot_disk() {
  static constexpr Check rows[] = {boot_file_missing_row, boot_config_not_durable_row};
  return rows;
}

}  // namespace pci_passthrough::checks
