#include <fmt/format.h>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/version.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::uint64_t mib = 1 << 20, four_gib = 4096 * mib;
/// Where hvmloader's hole ends, how far down it grows by itself, and the least that it takes for a
/// platform:mmio_hole_size (tools/firmware/hvmloader pci.c pci_setup, config.h). How much memory
/// the VM has does not matter: hvmloader moves it out of the way. platform:mmio_size_mib moves it
/// beforehand (xenguest), and makes no more room.
constexpr std::uint64_t hole_end = 0xfc000000, lowest_begin = 0x80000000, least_hole = 256 * mib;
/// The first with a Xen (4.4; 4.3 would do) that puts 64-bit BARs above 4 GiB.
constexpr std::pair first_to_go_high{6, 5};

std::uint64_t room_for(std::optional<std::uint64_t> hole_size) {
  const bool is_taken = hole_size && *hole_size >= least_hole && *hole_size <= four_gib;
  return hole_end - (is_taken ? four_gib - *hole_size : lowest_begin);
}

struct Need {
  std::uint64_t low = 0, all = 0;  ///< bytes that must lie below 4 GiB, and of all BARs
  const Function* unknown = nullptr;
};

void add(const Function& function, Need& need) {
  if (!function.bars && !is_any_bridge(function)) need.unknown = &function;
  if (!function.bars) return;
  for (const auto& bar : *function.bars) {
    need.all += bar.size;
    if (!bar.is_64bit) need.low += bar.size;
  }
}

/// `who` is "0000:06:00.0 (…)", "The VM 'nas'".
Reasons judged(const Analysis& host, const Need& need, std::uint64_t room, const std::string& who,
               const std::string& evidence, const Remedy& remedy) {
  const auto release = version_in(host.snapshot().host.version);
  const auto least = release && *release < first_to_go_high ? need.all : need.low;
  if (least > room)
    return {
        {.message = fmt::format("{} needs {} MiB for BARs below 4 GiB, where Xen makes room for "
                                "{} MiB. Some of them get no address.",
                                who, least / mib, room / mib),
         .evidence = evidence,
         .remedy = remedy}};
  if (need.unknown) {
    const auto resource = sysfs(*need.unknown, "resource");
    return {{fmt::format("Unknown how large the BARs of {} are: cannot read {}.",
                         what_it_is(*need.unknown), resource),
             resource, FindingState::unknown}};
  }
  if (release || need.all <= room) return {};
  return {{fmt::format("Unknown whether this release puts BARs above 4 GiB: cannot read "
                       "PRODUCT_VERSION of /etc/xensource-inventory. {} needs {} MiB for them.",
                       who, need.all / mib),
           paths::inventory, FindingState::unknown}};
}

Reasons bar_exceeds_mmio_hole(const Analysis& host, const Function& function) {
  Need need;
  add(function, need);
  return judged(host, need, room_for({}), what_it_is(function), sysfs(function, "resource"),
                {"Make its BARs smaller in the firmware's or the card's setup, or take another "
                 "device."});
}
constexpr auto bar_exceeds_mmio_hole_row = row<bar_exceeds_mmio_hole>({
    .code = "bar-exceeds-mmio-hole",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM has no room for the device's BARs below 4 GiB.",
    .fires = "Its 32-bit BARs, before XenServer 6.5 all of them, are larger than the hole that "
             "hvmloader makes. Unknown where sysfs resource or the release cannot be read.",
    .rests_on = "hvmloader's hole (plugin/model/README.md, \"What Xen has room for\").",
    .remedy =
        "Make the BARs smaller in the firmware's or the card's setup, or take another device.",
});

Remedy more_room(const VmAssignment& assignment) {
  if (!assignment.vm->mmio_hole_size) return {"Give it fewer devices."};
  return {
      fmt::format("Take the fixed hole off the VM: xe vm-param-remove uuid={} "
                  "param-name=platform param-key=mmio_hole_size.",
                  assignment.vm->uuid)};
}

Reasons vm_bars_exceed_mmio_hole(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  Need need;
  for (const auto& address : assignment.entry.plugged())
    if (const Function* function = host.find(address)) add(*function, need);
  return judged(host, need, room_for(assignment.vm->mmio_hole_size),
                fmt::format("The VM '{}'", assignment.vm->name),
                evidence_in(*assignment.vm, "other_config:pci"), more_room(assignment));
}
constexpr auto vm_bars_exceed_mmio_hole_row = row<vm_bars_exceed_mmio_hole>({
    .code = "vm-bars-exceed-mmio-hole",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM has no room for the BARs of its devices below 4 GiB.",
    .fires = "The 32-bit BARs of its devices together, before XenServer 6.5 all of them, are "
             "larger than its hole. Unknown where sysfs resource or the release cannot be read.",
    .rests_on = "hvmloader's hole, and platform:mmio_hole_size (plugin/model/README.md, \"What Xen "
                "has room for\").",
    .remedy = "Give it fewer devices, or take platform:mmio_hole_size off the VM.",
});

}  // namespace

std::span<const Check> mmio_hole() {
  static constexpr Check rows[] = {bar_exceeds_mmio_hole_row, vm_bars_exceed_mmio_hole_row};
  return rows;
}

}  // namespace pci_passthrough::checks
