#include <algorithm>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/storage.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons boot_config_ambiguous(const Analysis& host) {
  const Boot& boot = host.boot();
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
constexpr auto boot_config_ambiguous_row = row<boot_config_ambiguous>({
    .code = "boot-config-ambiguous",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .means = "the firmware boots one file, xapi's own tools edit another",
    .fires = "",
    .rests_on = "",
    .remedy = "Take the stale file away, or give it another name.",
});

Reasons boot_config_unparseable(const Analysis& host) {
  const Boot& boot = host.boot();
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
  for (const auto i : host.rules().unattended) {
    const auto& entry = boot.file.entries[i];
    const auto place = boot.path + ":" + std::to_string(entry.line);
    if (!entry.is_xen)
      reasons.push_back(
          {place + ": '" + entry.title + "', which boots by default, starts no hypervisor", place});
  }
  for (const auto i : host.rules().editable) {
    const auto& entry = boot.file.entries[i];
    const auto place = boot.path + ":" + std::to_string(entry.line);
    if (entry.has_variables)
      reasons.push_back({place + ": the kernel's arguments in '" + entry.title +
                             "' hold a variable, so what boots cannot be told",
                         place});
  }
  return reasons;
}
constexpr auto boot_config_unparseable_row = row<boot_config_unparseable>({
    .code = "boot-config-unparseable",
    .severity = Severity::block,
    .refusal = Refusal::final,
    .means = "the boot configuration cannot be understood",
    .fires = "",
    .rests_on = "",
    .remedy = "Correct it by hand, or restore a backup.",
});

Reasons boot_default_by_title(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.file.default_by_title) return {};
  return {
      {boot.path +
           " names its default entry by title; xen-cmdline fails on it, and so do xapi's PCI calls",
       boot.path}};
}
constexpr auto boot_default_by_title_row = row<boot_default_by_title>({
    .code = "boot-default-by-title",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the default entry is given by its title, which xapi's own tools cannot read",
    .fires = "",
    .rests_on = "",
    .remedy = "Give it by its number: set default=0.",
});

Reasons boot_file_missing(const Analysis& host) {
  const Boot& boot = host.boot();
  Reasons reasons;
  for (const auto i : host.rules().unattended) {
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
constexpr auto boot_file_missing_row = row<boot_file_missing>({
    .code = "boot-file-missing",
    .severity = Severity::block,
    .refusal = Refusal::final,
    .means = "an entry that boots names a file that is not there",
    .fires = "",
    .rests_on = "",
    .remedy = "Correct the entry by hand, or restore a backup that fits.",
});

Reasons boot_config_not_durable(const Analysis& host) {
  const auto& path = host.boot().path;
  if (path.empty()) return {};
  const Mount* mount = mount_holding(host.snapshot(), path);
  if (!mount)
    return {{"it cannot be told whether " + path + " can be written: no mount holds it",
             "/proc/self/mountinfo", FindingState::unknown}};
  if (!mount->read_only) return {};
  return {{path + " lies on " + mount->target + ", which is mounted read-only",
           "/proc/self/mountinfo"}};
}
constexpr auto boot_config_not_durable_row = row<boot_config_not_durable>({
    .code = "boot-config-not-durable",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the boot configuration cannot be written",
    .fires = "",
    .rests_on = "",
    .remedy = "Mount the file system read-write.",
});

}  // namespace

std::span<const Check> boot_file() {
  static constexpr Check rows[] = {boot_config_ambiguous_row, boot_config_unparseable_row,
                                   boot_default_by_title_row, boot_file_missing_row,
                                   boot_config_not_durable_row};
  return rows;
}

}  // namespace pci_passthrough::checks
