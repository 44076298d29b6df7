#include "plugin/checks/vm_remedies.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// An edit that keeps the rest of the entry can keep it, and mends nothing by the way.
bool is_flawless(const VmEntry& entry) {
  return std::ranges::all_of(entry.devices, [](const auto& device) {
    return device.flaw == EntryFlaw::none && device.read;
  });
}

bool can_have(const Analysis& host, const PciAddress& address) {
  const Function* function = host.find(address);
  return function && !function->is_bridge() && address.is_nameable();
}

}  // namespace

bool may_be_hidden(const Analysis& host, const Function& function) {
  return function.address.is_nameable() && !dom0_needs(host, function);
}

Remedy write_anew(const Analysis& host, const VmAssignment& assignment,
                  const std::vector<PciAddress>& written) {
  const bool is_here = assignment.place == Place::here || assignment.place == Place::anywhere;
  const bool all_are_there =
      std::ranges::all_of(written, [&](const auto& address) { return can_have(host, address); });
  if (!is_here || !all_are_there || !is_flawless(assignment.entry))
    return {"Where the order matters, assign the devices in it with replace=true."};
  const auto& uuid = assignment.vm->uuid;
  const auto devices = texts(written, ",");
  return {fmt::format("To have them in the order in which they are written: assign vm={} "
                      "devices={} replace=true.",
                      uuid, devices),
          "assign",
          {{"vm", uuid}, {"devices", devices}, {"replace", "true"}}};
}

Remedy hide_or_unassign(const Analysis& host, const VmAssignment& assignment,
                        const Function& function) {
  if (!may_be_hidden(host, function)) return take_from_vm(assignment, function.address);
  const auto device = function.address.text();
  return {fmt::format("Hide it, and reboot the host before the VM starts: hide devices={}. Where "
                      "another device was meant, take it from the VM: unassign vm={} devices={}.",
                      device, assignment.vm->uuid, device),
          "hide",
          {{"devices", device}}};
}

Remedy assign_too(const Analysis& host, const VmAssignment& assignment,
                  const std::vector<PciAddress>& devices) {
  const auto all = texts(devices, ",");
  const bool can = std::ranges::all_of(
      devices, [&](const auto& one) { return may_be_hidden(host, *host.find(one)); });
  if (!can) return {fmt::format("Nothing helps as long as dom0 needs {}; take another card.", all)};
  const bool are_held = std::ranges::all_of(
      devices, [&](const auto& one) { return host.find(one)->driver == "pciback"; });
  if (!are_held || !is_flawless(assignment.entry))
    return {fmt::format("Hide {}, reboot the host, then assign it to the VM, too.", all)};
  const auto& uuid = assignment.vm->uuid;
  return {fmt::format("Assign it, too: assign vm={} devices={}.", uuid, all),
          "assign",
          {{"vm", uuid}, {"devices", all}}};
}

}  // namespace pci_passthrough::checks
