#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/own_entry.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/trial_ahead.hpp"
#include "plugin/model/mark_place.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/trial.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr char without_trial_words[] =
    "Keep an entry without hide rules instead, pci-passthrough rescue, and hide without trial.";

/// Why this boot loader boots nothing once; "" where it does.
std::string why_no_mark(const Boot& boot) {
  if (trial_mark(boot, true)) return "";
  if (boot.file.loader == BootLoader::extlinux)
    return "The program extlinux is not there, which tells the boot loader what to boot once.";
  if (!boot.file.honours_override)
    return fmt::format("{} does not let override_entry of grubenv choose what boots.", boot.path);
  return "grubenv is no environment block of 1,024 bytes that has room.";
}

Reasons trial_cannot_end(const Analysis& host) {
  const Boot& boot = host.boot();
  if (!is_ahead(host)) return {};
  const auto place = mark_place(host.snapshot());
  const auto said = [&](std::string message, FindingState state) -> Reasons {
    return {{.message = std::move(message),
             .evidence = place.path,
             .state = state,
             .remedy = taken_back(without_trial_words)}};
  };
  if (auto why = why_no_mark(boot); !why.empty()) return said(why, FindingState::found);
  if (boot.file.loader == BootLoader::extlinux && !boot.extlinux_once)
    return said(
        "Unknown whether extlinux can take its mark away: cannot read its vector at the "
        "end of /boot/ldlinux.sys.",
        FindingState::unknown);
  if (place.obstacle.empty()) return {};
  if (!place.is_known)
    return said(fmt::format("Unknown whether the boot loader can take its mark in {} away: {}.",
                            place.path, place.obstacle),
                FindingState::unknown);
  return said(fmt::format("{} {}. The boot loader cannot take its mark away there, and would boot "
                          "the trial for ever.",
                          place.path, place.obstacle),
              FindingState::found);
}
constexpr auto trial_cannot_end_row = row<trial_cannot_end>({
    .code = "trial-cannot-end",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The boot loader cannot take the mark of a trial away, so it would boot it for ever.",
    .fires = "grubenv, or extlinux's loader, lies on software RAID, device mapper, LVM, multipath, "
             "iSCSI, a file system other than ext2 to ext4 and FAT, or one that is mounted "
             "read-only; the boot file does not ask grubenv; or extlinux is not there. Unknown "
             "where the disk below it, or extlinux's vector, cannot be read.",
    .rests_on = "save_env writes the file's bytes in place by the firmware's disk functions: on a "
                "plain disk alone, and not where a checksum covers them (GRUB's manual, "
                "\"Environment block\"). Of a mirrored EFI partition the firmware writes one half.",
    .remedy = "Keep an entry without hide rules instead, pci-passthrough rescue, and hide without "
              "trial.",
});

Reasons trial_mark_taken(const Analysis& host) {
  const auto mark = foreign_mark(host.boot());
  if (mark.empty() || !is_ahead(host)) return {};
  return {
      {.message = fmt::format("The next boot takes '{}' once already: an upgrade that is armed, "
                              "or somebody's choice. There is one such mark.",
                              printable(mark)),
       .evidence = mark_place(host.snapshot()).path,
       .remedy = taken_back("Let that boot come first, then try the hide.")}};
}
constexpr auto trial_mark_taken_row = row<trial_mark_taken>({
    .code = "trial-mark-taken",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "The boot loader is told already what to boot once.",
    .fires = "override_entry in grubenv, or extlinux's vector, names another entry than the trial.",
    .rests_on = "Each has one mark, which an upgrade sets, too (python-libs bootloader.py "
                "setNextBoot).",
    .remedy = "Let that boot come first, then try the hide.",
});

Reasons trial_with_ha(const Analysis& host) {
  if (!is_ahead(host)) return {};
  constexpr char evidence[] = "/var/lib/xcp/xapi: pool.ha_enabled";
  const auto& pool = host.snapshot().pool;
  if (!pool || !pool->ha_enabled)
    return {{.message = "Unknown whether HA is on: cannot read ha_enabled of the pool from xapi.",
             .evidence = evidence,
             .state = FindingState::unknown,
             .remedy = taken_back("Try again when xapi answers: xe pool-list params=ha-enabled.")}};
  if (!*pool->ha_enabled) return {};
  return {{.message = "HA is on. A trial that hangs is a host that the pool fences, and HA may "
                      "reboot it before it can be confirmed.",
           .evidence = evidence,
           .remedy = taken_back("Turn HA off for the trial: xe pool-ha-disable. Or keep an entry "
                                "without hide rules instead, pci-passthrough rescue, and hide "
                                "without trial.")}};
}
constexpr auto trial_with_ha_row = row<trial_with_ha>({
    .code = "trial-with-ha",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .means = "HA is on, and a trial reboots the host out of turn.",
    .fires = "xapi says that HA is enabled in the pool. Unknown where it does not answer.",
    .rests_on =
        "A host that does not answer is fenced, its protected VMs start elsewhere, and xhad "
        "reboots it (xapi ha_interface, xha).",
    .remedy = "Turn HA off for the trial: xe pool-ha-disable.",
});

}  // namespace

std::span<const Check> trial_terms() {
  static constexpr Check rows[] = {trial_cannot_end_row, trial_mark_taken_row, trial_with_ha_row};
  return rows;
}

}  // namespace pci_passthrough::checks
