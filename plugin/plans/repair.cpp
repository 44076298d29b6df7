#include "plugin/plans/repair.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/rescue.hpp"
#include "plugin/plans/rules.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {
namespace {

using Moves = std::map<PciAddress, PciAddress>;
using Addresses = std::vector<PciAddress>;

Addresses old_addresses(const Moves& moves) {
  Addresses all;
  for (const auto& [from, to] : moves) all.push_back(from);
  return all;
}

Addresses followed(const Addresses& devices, const Moves& moves) {
  Addresses all;
  for (const auto& device : devices)
    add_once(all, moves.contains(device) ? moves.at(device) : device);
  return all;
}

/// What repair does for the VMs, and what it leaves to a person.
struct VmSide {
  std::vector<SetVmField> entries;
  std::vector<std::string> notices;
  bool is_whole = true;  ///< no entry names an old address still, as far as can be told
};

std::string remark_of_dropped(const VmRecord& vm, const RepairedVmEntry& mended) {
  const auto devices = parse_vm_entry(mended.text).plugged();
  return fmt::format(
      "In the entry of the VM '{}', xapi drops {}, and goes on to drop it: the VM would not start "
      "with it, or would get another device. To take it out of the entry: pci-passthrough {} "
      "vm={}{}.",
      vm.name, texts(mended.dropped, ","), devices.empty() ? "unassign" : "assign", vm.uuid,
      devices.empty() ? "" : fmt::format(" devices={} replace=true", texts(devices, ",")));
}

/// An entry with a moved device in it is written anew where the VM starts here alone, and nothing
/// in the entry is uncertain.
void add_side(const Analysis& host, const VmAssignment& assignment, const Moves& moves,
              VmSide& side) {
  const VmRecord& vm = *assignment.vm;
  const auto mended = repaired_vm_entry(*vm.pci, mending(host, assignment, moves));
  const auto devices = assignment.entry.plugged();
  const bool is_followed = assignment.place == Place::here && mended.left.empty();
  if (const auto now = followed(devices, moves); now != devices && !is_followed) {
    side.is_whole = false;
    side.notices.push_back(fmt::format(
        "The entry of the VM '{}' ({}) names an old address and stays as it is, since {}. If it is "
        "meant for this host: pci-passthrough assign vm={} devices={} replace=true.",
        vm.name, texts(devices, ","),
        assignment.place == Place::here ? "not all of it can be understood"
                                        : "the VM may start on another host",
        vm.uuid, texts(now, ",")));
  }
  if (!mended.dropped.empty()) side.notices.push_back(remark_of_dropped(vm, mended));
  if (mended.text == vm.pci) return;
  side.entries.push_back({assignment.ref, vm.uuid, vm.name, vm.pci, mended.text});
  if (auto notice = notice_of_running(vm)) side.notices.push_back(std::move(*notice));
}

/// Then an address that a VM's entry still names would be remembered as another device.
bool change_places(const Moves& moves) {
  return std::ranges::any_of(moves, [&](const auto& move) { return moves.contains(move.second); });
}

VmSide vm_side(const Analysis& host, const Moves& moves) {
  VmSide side;
  for (const auto& assignment : host.vms().assignments)
    if (assignment.may_be_here()) add_side(host, assignment, moves, side);
  if (!moves.empty() && !vms_are_known(host.snapshot())) {
    side.is_whole = false;
    side.notices.push_back(fmt::format(
        "Unknown whether a VM's entry names {}: {}. The move is kept in mind; repair again once "
        "xapi answers.",
        texts(old_addresses(moves)), why_vms_are_unknown(host.snapshot())));
  } else if (host.moves().empty() && !vms_are_known(host.snapshot())) {
    side.notices.push_back(fmt::format(
        "Unknown whether a VM's entry needs repair: {}. Repair again once xapi answers.",
        why_vms_are_unknown(host.snapshot())));
  }
  return side;
}

/// Is it what repair is for, and did it leave it?
bool is_left(const Finding& finding) {
  constexpr std::string_view codes[] = {"hide-rule-stray", "hide-syntax-error",
                                        "hide-unseen-by-xapi", "hide-misread-by-xapi"};
  return finding.severity >= Severity::error &&
         std::ranges::find(codes, finding.code) != std::end(codes);
}

}  // namespace

Decision repair(const Analysis& host, Entries entries, const Consent& consent) {
  auto moves = host.moves();
  auto side = vm_side(host, moves);
  if (!side.is_whole && change_places(moves)) {
    auto notices = std::move(side.notices);
    notices.emplace_back(
        "Devices have taken each other's addresses. No rule and no entry follows them until then.");
    side = vm_side(host, moves = {});
    side.notices.insert(side.notices.end(), notices.begin(), notices.end());
  }
  Addresses arrived;
  for (const auto& [from, to] : moves) arrived.push_back(to);
  auto text = with_rescue_mended(host, text_repaired(host, edited(host, entries), moves));
  auto decision =
      decide(host, {std::move(text), {}, std::move(side.entries), std::move(arrived)}, consent);
  decision.notices = std::move(side.notices);
  if (decision.plan.files.empty() && std::ranges::any_of(decision.findings, is_left))
    decision.notices.emplace_back(
        "The boot file stays as it is: repair writes what is plainly meant, where nothing else "
        "changes with it.");
  return decision;
}

}  // namespace pci_passthrough
