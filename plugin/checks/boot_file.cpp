#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/absent_file.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/entries.hpp"

namespace pci_passthrough::checks {
namespace {

std::string at_line(const Boot& boot, std::size_t line) {
  return fmt::format("{}:{}", boot.path, line);
}

Reasons boot_config_ambiguous(const Analysis& host) {
  const Boot& boot = host.boot();
  if (boot.is_absent) return {};  // of that boot-config-unparseable speaks
  if (!boot.efi && boot.path.starts_with("/boot/efi/"))
    return {{.message = fmt::format("Unknown whether UEFI or BIOS booted this host: there is no "
                                    "/sys/firmware. BIOS does not read {}.",
                                    boot.path),
             .evidence = "/sys/firmware/efi",
             .state = FindingState::unknown,
             .remedy = Remedy{"Mount sysfs at /sys, and try again."}}};
  if (boot.platform_path.empty() || boot.path == boot.platform_path) return {};
  const auto* firmware = boot.efi.value_or(false) ? "UEFI" : "BIOS";
  return {{.message =
               fmt::format("{} booted this host, and reads {}. xapi's own tools edit {} instead.",
                           firmware, boot.path, boot.platform_path),
           .evidence = "/sys/firmware/efi",
           .remedy = Remedy{fmt::format("Rename the file that nothing boots: mv {0} {0}.unused.",
                                        boot.platform_path)}}};
}
constexpr auto boot_config_ambiguous_row = row<boot_config_ambiguous>({
    .code = "boot-config-ambiguous",
    .severity = Severity::error,
    .refusal = Refusal::final,
    .means = "The firmware boots by one file, and xapi's own tools edit another.",
    .fires = "The first boot file in xapi's order is not the one that the firmware reads, told "
             "by /sys/firmware/efi. Unknown without /sys/firmware, if the file is one of UEFI's.",
    .rests_on = "xapi's tools take the first file that exists, whatever the firmware does "
                "(plugin/boot/README.md, \"Which file boots\").",
    .remedy = "Rename the file that the firmware does not read.",
});

Reasons boot_config_unparseable(const Analysis& host) {
  const Boot& boot = host.boot();
  if (boot.is_absent) return {absent_boot_file(boot)};
  if (!boot.unreadable.empty())
    return {{.message = fmt::format("Unknown what this host boots: {}.", boot.unreadable),
             .evidence = boot.path.empty() ? "/boot" : boot.path,
             .state = FindingState::unknown,
             .remedy = Remedy{boot.is_too_large
                                  ? "Shorten it by hand, or put a shorter one in its place."
                                  : "Check that /boot is mounted and its disk is well (dmesg), and "
                                    "try again."}}};
  if (boot.file.error) {
    const auto& [line, sentence] = *boot.file.error;
    return {{fmt::format("{} cannot be understood{}: {}.", boot.path,
                         line ? fmt::format(" at line {}", line) : "", sentence),
             line ? at_line(boot, line) : boot.path}};
  }
  Reasons reasons;
  const bool is_extlinux = boot.file.loader == BootLoader::extlinux;
  if (!boot.next_entry() && is_extlinux)
    reasons.push_back(
        {.message = fmt::format("extlinux boots '{}' once, and {} has no such label.",
                                printable(boot.extlinux_once.value_or("")), boot.path),
         .evidence = boot.path,
         .remedy = Remedy{"Take the mark away: extlinux --clear-once /boot."}});
  if (!boot.next_entry() && !is_extlinux)
    reasons.push_back(
        {.message = fmt::format("grubenv has the entry '{}' boot next, and {} has no such entry.",
                                boot.grubenv_override.value_or(""), boot.path),
         .evidence = boot.path,
         .remedy = Remedy{fmt::format("Take the mark away: grub-editenv {}/grubenv unset "
                                      "override_entry.",
                                      boot.path.substr(0, boot.path.rfind('/')))}});
  for (const auto i : host.rules().unattended) {
    const auto& entry = boot.file.entries[i];
    if (!entry.is_xen)
      reasons.push_back(
          {.message = fmt::format("'{}', which boots by itself, does not start Xen.", entry.title),
           .evidence = at_line(boot, entry.line),
           .remedy =
               Remedy{fmt::format("Make an entry that starts Xen the default of {}.", boot.path)}});
  }
  for (const auto i : host.rules().editable) {
    const auto& entry = boot.file.entries[i];
    if (entry.has_variables)
      reasons.push_back({.message = fmt::format(
                             "Unknown what '{}' boots with: among its kernel's arguments stands "
                             "a variable of GRUB's.",
                             entry.title),
                         .evidence = at_line(boot, entry.line),
                         .state = FindingState::unknown,
                         .remedy = Remedy{fmt::format("Write the variable's value into {} by hand.",
                                                      at_line(boot, entry.line))}});
  }
  return reasons;
}
constexpr auto boot_config_unparseable_row = row<boot_config_unparseable>({
    .code = "boot-config-unparseable",
    .severity = Severity::block,
    .refusal = Refusal::final,
    .means = "The boot file cannot be understood, so no rule can be read or changed.",
    .fires =
        "The boot file does not follow its loader's grammar, when its default or the entry "
        "that grubenv names does not exist or starts no Xen, or when a variable stands among "
        "the arguments of dom0's kernel. Unknown when the boot file or grubenv cannot be read.",
    .rests_on = "GRUB's and extlinux's own grammar (plugin/boot/README.md, \"What the files look "
                "like\"), and override_entry in grubenv (plugin/boot/README.md, \"What boots "
                "once\").",
    .remedy = "Correct the boot file by hand at the line that is named, or restore it as it was "
              "before: pci-passthrough backups, then restore.",
});

Reasons boot_default_by_title(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!boot.file.default_by_title) return {};
  Reason reason{
      fmt::format("{} names its default entry by title. xen-cmdline fails on it, and with "
                  "it xapi's PCI calls.",
                  boot.path),
      boot.path};
  if (boot.file.default_entry)
    reason.remedy = {fmt::format("Name it by its number in {}: set default={}.", boot.path,
                                 *boot.file.default_entry)};
  return {std::move(reason)};
}
constexpr auto boot_default_by_title_row = row<boot_default_by_title>({
    .code = "boot-default-by-title",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The default entry is named by its title, which xapi's own tools cannot read.",
    .fires = "Grub.cfg sets its default to something other than a number.",
    .rests_on =
        "python-libs bootloader.py takes the default for an index, and raises an exception "
        "at a title (plugin/boot/README.md, \"What xen-cmdline does to a boot file\"). GRUB "
        "itself boots by it.",
    .remedy = "Name the default by its number, from 0: set default=0.",
});

}  // namespace

std::span<const Check> boot_file() {
  static constexpr Check rows[] = {boot_config_ambiguous_row, boot_config_unparseable_row,
                                   boot_default_by_title_row};
  return rows;
}

}  // namespace pci_passthrough::checks
