#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_takes.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::array<std::string_view, 6> kinds_in_use = {"mount", "swap",      "raid",
                                                          "lvm",   "multipath", "mapping"};

Reasons console_vga_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::error, console_on);
}
constexpr auto console_vga_assigned_row = row<console_vga_assigned>({
    .code = "console-vga-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "The start of a VM takes the display of the host's console.",
    .fires =
        "A VM that may start on this host names a display that dom0 still has and that "
        "console-vga-device would speak of. Silent where pciback holds it. An error where the VM "
        "prefers another host. Unknown as there.",
    .rests_on = start_takes,
    .remedy = "Take the display from the VM: unassign vm=UUID devices=ADDRESS; or accept that the "
              "host's screen goes dark.",
});

Reasons usb_input_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info,
                         [&](const Function& function, std::string_view end) {
                           return with_remedy(inputs_on(host, function, end),
                                              {"Make sure that you reach the host without it, over "
                                               "the network or a serial console, before the VM "
                                               "starts."});
                         });
}
constexpr auto usb_input_assigned_row = row<usb_input_assigned>({
    .code = "usb-input-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The start of a VM takes the host's keyboard or mouse.",
    .fires = "A VM that may start on this host names a device that dom0 still has and on which an "
             "input device hangs, found as by usb-input-controller. Silent where pciback holds it. "
             "Unknown as there.",
    .rests_on = start_takes,
    .remedy = "Make sure that you reach the host without it, over the network or a serial console, "
              "before the VM starts.",
});

Reasons dom0_driver_busy_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info,
                         [&](const Function& function, std::string_view end) {
                           return driver_devices_on(host, function, end);
                         });
}
constexpr auto dom0_driver_busy_assigned_row = row<dom0_driver_busy_assigned>({
    .code = "dom0-driver-busy-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means =
        "The start of a VM takes a device that serves dom0 as an IPMI interface, TPM, watchdog, "
        "Fibre Channel port or InfiniBand device.",
    .fires = "A VM that may start on this host names a device that dom0-driver-busy would speak "
             "of and that dom0 still has. Silent where pciback holds it. Unknown as there.",
    .rests_on = start_takes,
    .remedy = "Take the device from the VM, or stop what uses it on the host first.",
});

Reasons critical_class_assigned(const Analysis& host, const VmAssignment& assignment) {
  const auto end = fmt::format(
      "The VM '{}' wants it, but a part of the chipset is of no use to it.", assignment.vm->name);
  return of_each_device(
      host, assignment, Severity::error, [&](const Function& function, std::string_view) {
        if (!function.is_bridge()) return chipset_part(function, end);
        return Reasons{{fmt::format("{} is a bridge. The VM '{}' wants it, but no VM can have a "
                                    "bridge.",
                                    what_it_is(function), assignment.vm->name),
                        sysfs(function, "class")}};
      });
}
constexpr auto critical_class_assigned_row = row<critical_class_assigned>({
    .code = "critical-class-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "A VM wants a bridge or another part of the chipset that no VM can use.",
    .fires =
        "A VM that may start on this host names a bridge, or a device of which "
        "critical-class would speak. An error where the VM prefers another host. Unknown where "
        "the class cannot be read.",
    .rests_on = start_takes,
    .remedy = "Take the device from the VM: unassign vm=UUID devices=ADDRESS.",
});

/// Hiding it helps, where hiding it is not refused.
Remedy before_the_start(const Analysis& host, const VmAssignment& assignment,
                        const Function& function) {
  const auto address = function.address.text();
  if (dom0_needs(host, function)) return take_from_vm(assignment, function.address);
  if (std::ranges::count(host.rules().reached, function.address) != 0)
    return {fmt::format("Reboot the host before {} starts: a rule hides {} then.",
                        the_vm(assignment), address)};
  return {fmt::format("Hide {} (hide), and reboot the host before {} starts.", address,
                      the_vm(assignment))};
}

/// By boot-controller-assigned, or as no use of disks at all.
bool is_told_elsewhere(const Analysis& host, const Use& use) {
  return std::ranges::count(kinds_in_use, use.kind) == 0 ||
         (use.critical && std::ranges::any_of(host.hardware().system_volumes, [&](const auto& one) {
            return one.name == use.name;
          }));
}

Reasons dom0_holds_disks_of_assigned(const Analysis& host, const VmAssignment& assignment) {
  const auto& usage = host.hardware().usage;
  return of_each_device(host, assignment, Severity::warn,
                        [&](const Function& function, std::string_view end) -> Reasons {
                          std::vector<std::string> uses;
                          std::string evidence;
                          const auto found = usage.find(function.address);
                          if (found == usage.end()) return {};
                          for (const auto& use : found->second) {
                            if (is_told_elsewhere(host, use)) continue;
                            if (uses.empty()) evidence = use.evidence;
                            uses.push_back(fmt::format("{} {}", use.kind, use.name));
                          }
                          if (uses.empty()) return {};
                          return with_remedy({{fmt::format("dom0 uses the disks behind {} ({}). {}",
                                                           what_it_is(function), joined(uses), end),
                                               evidence}},
                                             before_the_start(host, assignment, function));
                        });
}
constexpr auto dom0_holds_disks_of_assigned_row = row<dom0_holds_disks_of_assigned>({
    .code = "dom0-holds-disks-of-assigned",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "dom0 uses the disks that the start of a VM takes.",
    .fires =
        "A VM that may start on this host names a device on whose disks dom0 has a mount, "
        "swap, RAID array, multipath map, volume group or other mapping, without those that "
        "boot-controller-assigned speaks of. A warning where the VM prefers another host. Never "
        "unknown.",
    .rests_on =
        "dom0 assembles what it finds on disks that no rule hides; taken away while in use, they "
        "leave multipath and LVM hanging. The start of a VM does not ask "
        "(plugin/model/README.md, \"What a VM's start does\").",
    .remedy =
        "Hide the device and reboot the host before the VM starts; if dom0 needs the disks, take "
        "the device from the VM.",
});

}  // namespace

std::span<const Check> vm_takes_host() {
  static constexpr Check rows[] = {console_vga_assigned_row, usb_input_assigned_row,
                                   dom0_driver_busy_assigned_row, critical_class_assigned_row,
                                   dom0_holds_disks_of_assigned_row};
  return rows;
}

}  // namespace pci_passthrough::checks
