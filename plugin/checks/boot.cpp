#include <algorithm>

#include "plugin/checks/checks.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/storage.hpp"

namespace pci_passthrough::checks {
Reasons two_boot_files(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  if (!boot.efi && boot.path.starts_with("/boot/efi/"))
    return {{"it cannot be told whether UEFI or BIOS booted this host, and BIOS does not read " +
                 boot.path,
             "/sys/firmware/efi", FindingState::unknown}};
  if (boot.platform_path.empty() || boot.path == boot.platform_path) return {};
  return {{std::string("this host was booted by ") + (boot.efi.value_or(false) ? "UEFI" : "BIOS") +
               ", which reads " + (boot.path.empty() ? "none of the known files" : boot.path) +
               "; xapi's own tools would edit " + boot.platform_path,
           "/sys/firmware/efi"}};
}

Reasons boot_file_not_understood(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  if (!boot.unreadable.empty())
    return {{boot.unreadable, boot.path.empty() ? "/boot" : boot.path, FindingState::unknown, {}}};
  if (boot.file.trouble) {
    const auto& trouble = *boot.file.trouble;
    const auto place = boot.path + (trouble.line ? ":" + std::to_string(trouble.line) : "");
    return {{place + ": " + trouble.sentence, place}};
  }
  Reasons reasons;
  if (!boot.next_entry())
    reasons.push_back({"grubenv says that the next boot takes '" +
                           boot.grubenv_override.value_or("") + "', and no entry is called so",
                       boot.path});
  for (const auto i : unattended_entries(boot)) {
    const auto& entry = boot.file.entries[i];
    const auto place = boot.path + ":" + std::to_string(entry.line);
    if (!entry.is_xen)
      reasons.push_back(
          {place + ": '" + entry.title + "', which boots by default, starts no hypervisor", place});
  }
  for (const auto i : edited_entries(boot, true)) {
    const auto& entry = boot.file.entries[i];
    const auto place = boot.path + ":" + std::to_string(entry.line);
    if (entry.has_variables)
      reasons.push_back({place + ": the kernel's arguments in '" + entry.title +
                             "' hold a variable, so what boots cannot be told",
                         place});
  }
  return reasons;
}

Reasons default_by_title(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  if (!boot.file.default_by_title) return {};
  return {
      {boot.path +
           " names its default entry by title; xen-cmdline fails on it, and so do xapi's PCI calls",
       boot.path}};
}

Reasons entry_names_missing_file(const Snapshot& snapshot) {
  const Boot& boot = snapshot.boot;
  Reasons reasons;
  for (const auto i : unattended_entries(boot)) {
    const auto& entry = boot.file.entries[i];
    if (boot.present.empty())
      reasons.push_back({"it cannot be told whether the files that '" + entry.title +
                             "' names are there: /boot could not be listed",
                         "/boot", FindingState::unknown});
    for (const auto& file : entry.files) {
      const bool directly_in_boot =
          file.starts_with("/boot/") && file.find('/', 6) == std::string::npos;
      if (!boot.present.empty() && directly_in_boot && std::ranges::count(boot.present, file) == 0)
        reasons.push_back({"'" + entry.title + "' names " + file + ", which is not there",
                           boot.path + ":" + std::to_string(entry.line)});
    }
  }
  return reasons;
}

Reasons boot_file_read_only(const Snapshot& snapshot) {
  const auto& path = snapshot.boot.path;
  if (path.empty()) return {};
  const Mount* mount = mount_holding(snapshot, path);
  if (!mount)
    return {{"it cannot be told whether " + path + " can be written: no mount holds it",
             "/proc/self/mountinfo", FindingState::unknown}};
  if (!mount->read_only) return {};
  return {{path + " lies on " + mount->target + ", which is mounted read-only",
           "/proc/self/mountinfo"}};
}

}  // namespace pci_passthrough::checks
