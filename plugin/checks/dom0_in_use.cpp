#include <fmt/format.h>

#include <array>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

struct UseKind {
  std::string_view kind, words;
};
/// What dom0 has put to use, and what it merely sees.
constexpr std::array in_use = {
    UseKind{"mount", "mount"},      UseKind{"swap", "swap"},
    UseKind{"raid", "array"},       UseKind{"multipath", "multipath map"},
    UseKind{"lvm", "volume group"}, UseKind{"mapping", "volume"}};
constexpr std::array seen = {UseKind{"disk", "disk"}, UseKind{"network", "interface"}};

/// "mount /data; array md5": what stands on this function and is not critical, kind by kind.
template <typename Kinds>
Reasons what_goes(const Analysis& host, const Function& function, const Kinds& kinds,
                  fmt::format_string<std::string, std::string> message) {
  const auto& usage = host.hardware().usage;
  const auto uses = usage.find(function.address);
  if (uses == usage.end()) return {};
  std::vector<std::string> parts;
  std::string evidence;
  for (const auto& kind : kinds) {
    std::vector<std::string> names;
    for (const auto& use : uses->second) {
      if (use.critical || use.kind != kind.kind) continue;
      if (evidence.empty()) evidence = use.evidence;
      names.push_back(use.name);
    }
    if (!names.empty()) parts.push_back(fmt::format("{} {}", kind.words, joined(names)));
  }
  if (parts.empty()) return {};
  return {{fmt::format(message, what_it_is(function), joined(parts, "; ")), evidence}};
}

Reasons in_use_by_dom0(const Analysis& host, const Function& function) {
  return what_goes(host, function, in_use,
                   "{} carries what dom0 uses: {}. Once it is hidden, dom0 loses it.");
}
constexpr auto in_use_by_dom0_row = row<in_use_by_dom0>({
    .code = "in-use-by-dom0",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "dom0 has file systems, arrays or volumes on a device about to be hidden.",
    .fires = "A mount, swap, RAID array, multipath map, volume group or other mapping of dom0 "
             "hangs on the device. What dom0 cannot do without has checks of its own "
             "(boot-controller-hidden and others), which also say what is unknown.",
    .rests_on =
        "/proc/self/mountinfo, /proc/swaps and /sys/class/block, followed through slaves and "
        "partitions to the disks and from there to the PCI functions on the way.",
    .remedy =
        "Unmount the file systems and stop the arrays and volumes before the host reboots, or "
        "leave the device to dom0.",
});

Reasons seen_by_dom0(const Analysis& host, const Function& function) {
  return what_goes(host, function, seen,
                   "{} carries {}. Once it is hidden, dom0 no longer sees that.");
}
constexpr auto seen_by_dom0_row = row<seen_by_dom0>({
    .code = "seen-by-dom0",
    .severity = Severity::info,
    .refusal = Refusal::none,
    .means = "dom0 sees disks or network interfaces of a device about to be hidden.",
    .fires = "A disk or network interface hangs on the device, needed or not. "
             "Never unknown: it only says what to expect.",
    .rests_on =
        "/sys/class/block and /sys/class/net: their links name the PCI functions on the way.",
    .remedy = "",
});

}  // namespace

std::span<const Check> dom0_in_use() {
  static constexpr Check rows[] = {in_use_by_dom0_row, seen_by_dom0_row};
  return rows;
}

}  // namespace pci_passthrough::checks
