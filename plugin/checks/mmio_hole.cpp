#include <algorithm>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
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
  const Function* untold = nullptr;
};

void add(const Function& function, Need& need) {
  if (!function.bars && !is_any_bridge(function)) need.untold = &function;
  if (!function.bars) return;
  for (const auto& bar : *function.bars) {
    need.all += bar.size;
    if (!bar.is_64bit) need.low += bar.size;
  }
}

/// `who` is "0000:06:00.0", "the VM 'nas'".
Reasons judged(const Snapshot& snapshot, const Need& need, std::uint64_t room,
               const std::string& who, const std::string& evidence) {
  const auto release = version_in(snapshot.host.version);
  const auto least = release && *release < first_to_go_high ? need.all : need.low;
  if (least > room)
    return {{who + " needs " + std::to_string(least / mib) +
                 " MiB for BARs below 4 GiB, where Xen makes room for " +
                 std::to_string(room / mib) + " MiB",
             evidence}};
  if (need.untold)
    return {{"it cannot be told how large the BARs of " + what_it_is(*need.untold) + " are",
             sysfs(*need.untold, "resource"), FindingState::unknown}};
  if (release || need.all <= room) return {};
  return {{"it cannot be told whether this release puts BARs above 4 GiB; " + who + " needs " +
               std::to_string(need.all / mib) + " MiB for them",
           "/etc/xensource-inventory", FindingState::unknown}};
}

}  // namespace

Reasons exceeds_mmio_hole(const Snapshot& snapshot, const Function& function) {
  Need need;
  add(function, need);
  return judged(snapshot, need, room_for({}), what_it_is(function), sysfs(function, "resource"));
}

Reasons devices_exceed_mmio_hole(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_be_here()) return {};
  Need need;
  for (const auto& address : wish.entry.plugged())
    if (const Function* function = snapshot.find(address)) add(*function, need);
  return judged(snapshot, need, room_for(wish.vm->mmio_hole_size), "the VM '" + wish.vm->name + "'",
                evidence_in(*wish.vm, "other_config:pci"));
}

}  // namespace pci_passthrough::checks
