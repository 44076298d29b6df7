#include <fmt/format.h>

#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"

namespace pci_passthrough::checks {
namespace {

FindingState state_of(const UnfinishedTake& one) {
  return one.unread.empty() ? FindingState::found : FindingState::unknown;
}

Reasons now_take_unfinished(const Analysis& host, const Function&) {
  const auto& unfinished = host.snapshot().unfinished;
  if (!unfinished && !host.boot().boot_id)
    return {{.message = fmt::format("Unknown whether a later call would see that the kernel holds "
                                    "the device: cannot read {}.",
                                    paths::boot_id),
             .evidence = paths::boot_id,
             .state = FindingState::unknown,
             .remedy = Remedy{"Hide the device from the next boot on: leave out now=true."}}};
  if (!unfinished) return {};
  return {
      {fmt::format("{} Until the host reboots nothing else is taken.", sentence_of(*unfinished)),
       paths::take_marker, state_of(*unfinished)}};
}
constexpr auto now_take_unfinished_row = row<now_take_unfinished>({
    .code = "now-take-unfinished",
    .severity = Severity::block,
    .refusal = Refusal::brought_about,
    .concern = Concern::now,
    .means = "A device is to be taken from dom0 at once, and an earlier one has not been let go.",
    .fires =
        "As take-unfinished. Unknown, too, where the id of this boot cannot be read, which the "
        "marker of the taking must bear.",
    .rests_on = "/var/lib/pci-passthrough/taking, and the id of this boot.",
    .remedy = "Reboot the host first (turn it off where the shutdown hangs), or hide the device "
              "from the next boot on: leave out now=true.",
});

Reasons take_unfinished(const Analysis& host) {
  const auto& unfinished = host.snapshot().unfinished;
  if (!unfinished) return {};
  const bool is_known = unfinished->unread.empty();
  return {{.message = fmt::format("{} A VM that starts with it, or a shutdown of the host, may "
                                  "hang.",
                                  sentence_of(*unfinished)),
           .evidence = paths::take_marker,
           .state = state_of(*unfinished),
           .device = is_known ? std::optional(unfinished->device) : std::nullopt}};
}
constexpr auto take_unfinished_row = row<take_unfinished>({
    .code = "take-unfinished",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "A device was being taken from dom0 at once (hide now=true), and the kernel has not "
             "let it go.",
    .fires = "The marker that the taking leaves is of this boot: the kernel has not returned, or "
             "what did it was killed. Unknown where the marker cannot be read.",
    .rests_on = "/var/lib/pci-passthrough/taking, a lock on it that the child holds, and "
                "/proc/sys/kernel/random/boot_id. A driver may wait in its unbind for ever, with "
                "the device's lock held; nothing but a reboot ends that (Linux drivers/base/dd.c "
                "device_release_driver_internal).",
    .remedy = "Start no VM with the device, move the host's VMs away, and reboot the host; where "
              "the shutdown hangs, which it does while the driver holds the device, turn it off.",
});

}  // namespace

std::span<const Check> now_unfinished() {
  static constexpr Check rows[] = {now_take_unfinished_row, take_unfinished_row};
  return rows;
}

}  // namespace pci_passthrough::checks
