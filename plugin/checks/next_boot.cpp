#include <fmt/format.h>

#include "plugin/boot/own_entry.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/of_entries.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/boot_mark.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons next_boot_differs(const Analysis& host) {
  const Boot& boot = host.boot();
  const auto next = boot.next_entry();
  if (!next || !boot.file.default_entry || next == boot.file.default_entry ||
      boot.override_is_stale())
    return {};
  const auto& entry = boot.file.entries[*next];
  if (is_own(boot.file.loader, entry, own_trial)) return {};
  const bool is_grub = boot.file.loader == BootLoader::grub;
  const auto grubenv = grubenv_beside(boot.path);
  const auto what =
      fmt::format("The next boot takes '{}' ({}), not the default '{}'.", printable(entry.title),
                  is_grub ? "override_entry in " + grubenv : "extlinux --once",
                  printable(boot.file.entries[*boot.file.default_entry].title));
  const auto unset = is_grub ? fmt::format("grub-editenv {} unset override_entry.", grubenv)
                             : std::string("extlinux --clear-once /boot.");
  if (entry.is_installer())
    return {
        {.message = fmt::format("{} It is an installer: hide, unhide and repair leave it alone, "
                                "and an upgrade by it may lose rules.",
                                what),
         .evidence = where(boot, entry),
         .remedy = Remedy{"Let the upgrade run, then see rules; or call it off: " + unset}}};
  return {{.message = fmt::format("{} The boot after it takes the default again.", what),
           .evidence = where(boot, entry),
           .remedy = Remedy{"If that is not meant, take the mark away: " + unset}}};
}
constexpr auto next_boot_differs_row = row<next_boot_differs>({
    .code = "next-boot-differs",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The next boot takes another entry than the default.",
    .fires = "grubenv's override_entry names an entry that is not the default, and the boot file "
             "honours it: an upgrade that is armed, or an entry that somebody chose for once; or "
             "extlinux was told so. Silent for the entry of a trial.",
    .rests_on =
        "The boot file sets its default from override_entry, and the entry takes the mark away "
        "when it boots (plugin/boot/README.md, \"What boots once\"). An installer's entry "
        "has no root= and boots an initrd of its own.",
    .remedy =
        "If that is not meant, take the mark away: grub-editenv GRUBENV unset override_entry.",
});

}  // namespace

std::span<const Check> next_boot() {
  static constexpr Check rows[] = {next_boot_differs_row};
  return rows;
}

}  // namespace pci_passthrough::checks
