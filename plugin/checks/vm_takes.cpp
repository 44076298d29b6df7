#include <algorithm>
#include <array>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

/// Every function of this host that the VM takes when it starts here; `otherwise` is how grave it
/// is of a VM that prefers another host, and starts here when that has no room.
template <typename Ask>
Reasons of_each_device(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                       Ask ask) {
  if (!assignment.may_start_here()) return {};
  const bool rarely = assignment.place == Place::preferred_elsewhere;
  const auto end = "starting the VM '" + assignment.vm->name + "' " +
                   (rarely ? "here, though it prefers another host, " : "") +
                   "takes it from dom0 at once";
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function) continue;
    for (Reason& reason : ask(*function, end)) {
      if (reason.state == FindingState::unknown) reason.message += "; " + end;
      reason.device = address;
      if (rarely) reason.severity = otherwise;
      reasons.push_back(std::move(reason));
    }
  }
  return reasons;
}

/// The same of the devices that dom0 has, by the words of a check for rules.
Reasons of_each_of_dom0(const Analysis& host, const VmAssignment& assignment, Severity otherwise,
                        FunctionCheck ask) {
  return of_each_device(host, assignment, otherwise,
                        [&](const Function& function, const std::string& end) {
                          if (function.driver == "pciback") return Reasons{};
                          auto reasons = ask(host, function);
                          for (auto& reason : reasons)
                            if (reason.state == FindingState::found) reason.message += ": " + end;
                          return reasons;
                        });
}

constexpr std::array<std::string_view, 6> kinds_in_use = {"mount", "swap",      "raid",
                                                          "lvm",   "multipath", "mapping"};

Reasons boot_controller_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(
      host, assignment, Severity::error, [&](const Function& function, const std::string& end) {
        auto reasons = system_volumes_on(host, function, false, end);
        return reasons.empty() ? system_volumes_on(host, function, true, end) : reasons;
      });
}
constexpr auto boot_controller_assigned_row = row<boot_controller_assigned>({
    .code = "boot-controller-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "a VM's start takes dom0's own disk",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign).",
});

Reasons mgmt_nic_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return management_on(host, function, end);
                        });
}
constexpr auto mgmt_nic_assigned_row = row<mgmt_nic_assigned>({
    .code = "mgmt-nic-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "a VM's start takes the management interface",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign).",
});

Reasons storage_nic_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return other_networks_on(host, function, end);
                        });
}
constexpr auto storage_nic_assigned_row = row<storage_nic_assigned>({
    .code = "storage-nic-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "a VM's start takes a NIC over which this host reaches storage or its cluster",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign), or move its network to another NIC first.",
});

Reasons sr_controller_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(host, assignment, Severity::error,
                        [&](const Function& function, const std::string& end) {
                          return repositories_on(host, function, end);
                        });
}
constexpr auto sr_controller_assigned_row = row<sr_controller_assigned>({
    .code = "sr-controller-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "a VM's start takes the disks of a storage repository",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign), or unplug the SR's PBD first (xe pbd-unplug).",
});

Reasons sr_vdi_of_other_vms_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info, sr_vdi_of_other_vms);
}
constexpr auto sr_vdi_of_other_vms_assigned_row = row<sr_vdi_of_other_vms_assigned>({
    .code = "sr-vdi-of-other-vms-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a VM's start takes disks from VMs",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign), or move these disks.",
});

Reasons console_vga_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::error, console_vga_device);
}
constexpr auto console_vga_assigned_row = row<console_vga_assigned>({
    .code = "console-vga-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "a VM's start takes the host's console",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign), or accept that the host's screen goes dark.",
});

Reasons usb_input_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info, usb_input_controller);
}
constexpr auto usb_input_assigned_row = row<usb_input_assigned>({
    .code = "usb-input-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a VM's start takes a keyboard or mouse from the host",
    .fires = "",
    .rests_on = "",
    .remedy = "Make sure that you reach the host in another way before the VM starts.",
});

Reasons dom0_driver_busy_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_of_dom0(host, assignment, Severity::info, dom0_driver_busy);
}
constexpr auto dom0_driver_busy_assigned_row = row<dom0_driver_busy_assigned>({
    .code = "dom0-driver-busy-assigned",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a VM's start takes what dom0's driver has made of a device",
    .fires = "",
    .rests_on = "",
    .remedy = "Make sure that nothing on the host needs it.",
});

Reasons critical_class_assigned(const Analysis& host, const VmAssignment& assignment) {
  return of_each_device(
      host, assignment, Severity::error, [&](const Function& function, const std::string&) {
        auto reasons =
            function.is_bridge()
                ? Reasons{{what_it_is(function) + " is a bridge", sysfs(function, "class")}}
                : critical_class(host, function);
        for (auto& reason : reasons)
          if (reason.state == FindingState::found)
            reason.message += ", and the VM '" + assignment.vm->name + "' wants it";
        return reasons;
      });
}
constexpr auto critical_class_assigned_row = row<critical_class_assigned>({
    .code = "critical-class-assigned",
    .severity = Severity::block,
    .refusal = Refusal::acceptable_at_shell,
    .means = "a VM wants a bridge or another part of the chipset that no VM can use",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from the VM (unassign).",
});

Reasons dom0_holds_disks_of_assigned(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_start_here()) return {};
  const auto& usage = host.hardware().usage;
  return of_each_device(host, assignment, Severity::warn,
                        [&](const Function& function, const std::string& end) -> Reasons {
                          std::vector<std::string> uses;
                          std::string evidence;
                          const auto found = usage.find(function.address);
                          if (found == usage.end()) return {};
                          for (const auto& use : found->second) {
                            if (use.critical || std::ranges::count(kinds_in_use, use.kind) == 0)
                              continue;
                            if (uses.empty()) evidence = use.evidence;
                            uses.push_back(use.kind + " " + use.name);
                          }
                          if (uses.empty()) return {};
                          return {{"dom0 uses the disks behind " + what_it_is(function) + " (" +
                                       joined(uses) + "): " + end,
                                   evidence}};
                        });
}
constexpr auto dom0_holds_disks_of_assigned_row = row<dom0_holds_disks_of_assigned>({
    .code = "dom0-holds-disks-of-assigned",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "dom0 uses the disks that a VM's start takes",
    .fires = "",
    .rests_on = "",
    .remedy = "Hide the device and reboot before the VM starts.",
});

}  // namespace

std::span<const Check> vm_takes() {
  static constexpr Check rows[] = {
      boot_controller_assigned_row,     mgmt_nic_assigned_row,
      storage_nic_assigned_row,         sr_controller_assigned_row,
      sr_vdi_of_other_vms_assigned_row, console_vga_assigned_row,
      usb_input_assigned_row,           dom0_driver_busy_assigned_row,
      critical_class_assigned_row,      dom0_holds_disks_of_assigned_row};
  return rows;
}

}  // namespace pci_passthrough::checks
