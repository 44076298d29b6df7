#include <fmt/format.h>

#include <map>

#include "plugin/checks/clash.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Wanted = std::map<PciAddress, std::vector<const VmAssignment*>>;

void add_each(const PciAddress& address, const std::vector<const VmAssignment*>& all,
              const Clash& clash, Reasons& reasons) {
  if (all.size() < 2) return;
  for (const auto* assignment : all)
    reasons.push_back(
        {.message = fmt::format("The VM '{}' wants {}, and so {} {}. {}", assignment->vm->name,
                                address.text(), all.size() == 2 ? "does" : "do",
                                names_of(all, assignment), clash.follows),
         .evidence = evidence_in(*assignment->vm, "other_config:pci"),
         .state = clash.state,
         .device = address,
         .vm = assignment->vm->uuid,
         .severity = clash.severity,
         .remedy = take_from_vm(*assignment, address)});
}

/// Of one VM and one of its devices: the devices of other VMs that no ACS keeps apart from it, and
/// whether there are any for which that cannot be told.
struct GroupMates {
  std::vector<std::string> words;
  bool some_unknown = false;
};
GroupMates group_mates(const Analysis& host, const Wanted& by_device,
                       const std::map<PciAddress, PciAddress>& groups, const PciAddress& address,
                       const VmAssignment& assignment) {
  const auto group = groups.find(address);
  GroupMates mates;
  for (const auto& [other, all] : by_device) {
    if (assignment.entry.names(other)) continue;
    const auto leader = groups.find(other);
    if (group == groups.end() || leader == groups.end())
      mates.some_unknown = true;
    else if (leader->second == group->second)
      mates.words.push_back(fmt::format("{}, which {} {}", what_it_is(*host.find(other)),
                                        names_of(all, &assignment),
                                        all.size() == 1 ? "wants" : "want"));
  }
  return mates;
}

Reasons device_in_two_vms(const Analysis& host) {
  Reasons reasons;
  for (const auto& [address, all] : host.vms().by_device)
    add_each(address, all, clash_of(*host.snapshot().pool, all), reasons);
  return reasons;
}
constexpr auto device_in_two_vms_row = row<device_in_two_vms>({
    .code = "device-in-two-vms",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "Two VMs want one device.",
    .fires = "Two VMs that run or may start on this host name the same device. An error where one "
             "of them runs or starts by itself, a warning while all are off. Unknown where xapi "
             "does not tell whether they start by themselves.",
    .rests_on = "xapi does not ask whether another VM has the device, and xenopsd resets it before "
                "its assignment fails (plugin/model/README.md, \"Which VM may start where\").",
    .remedy = "Take it from one of them (unassign).",
});

Reasons device_in_two_autostart_vms(const Analysis& host) {
  Reasons reasons;
  for (auto [address, all] : host.vms().by_device) {
    const auto clash = clash_at_boot_of(*host.snapshot().pool, all);
    add_each(address, all, clash, reasons);
  }
  return reasons;
}
constexpr auto device_in_two_autostart_vms_row = row<device_in_two_autostart_vms>({
    .code = "device-in-two-autostart-vms",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "Two VMs that start by themselves want one device.",
    .fires = "Two VMs that name the same device of this host have auto_poweron, the pool has it, "
             "too, or HA restarts them. Unknown where xapi does not tell one of these.",
    .rests_on = "scripts/xapi-autostart-vms starts them one after the other, and xenopsd resets "
                "the device under the first (plugin/model/README.md, \"Which VM may start "
                "where\").",
    .remedy = "Take it from one of them (unassign), or let only one start by itself.",
});

Reasons vm_group_split(const Analysis& host) {
  auto by_device = host.vms().by_device;
  std::erase_if(by_device, [&](const auto& one) { return !host.find(one.first); });
  if (by_device.size() < 2) return {};
  const auto& groups = host.hardware().groups;
  Reasons reasons;
  for (const auto& [address, all] : by_device)
    for (const auto* assignment : all) {
      const auto mates = group_mates(host, by_device, groups, address, *assignment);
      if (mates.words.empty() && !mates.some_unknown) continue;
      const auto what = what_it_is(*host.find(address));
      const auto config = sysfs(address, "config");
      const auto& name = assignment->vm->name;
      const bool is_found = !mates.words.empty();
      reasons.push_back(
          {.message = is_found
                          ? fmt::format("The VM '{}' wants {}, and no ACS keeps it from {}. A VM "
                                        "may reach the other's device.",
                                        name, what, joined(mates.words, "; "))
                          : fmt::format("Unknown whether ACS keeps {}, which the VM '{}' wants, "
                                        "from what another VM wants: cannot read {}, or that of a "
                                        "bridge above it, in full.",
                                        what, name, config),
           .evidence = config,
           .state = is_found ? FindingState::found : FindingState::unknown,
           .device = address,
           .vm = assignment->vm->uuid});
    }
  return reasons;
}
constexpr auto vm_group_split_row = row<vm_group_split>({
    .code = "vm-group-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "The IOMMU cannot keep a VM's device from that of another VM.",
    .fires = "Devices of one isolation group are wanted by different VMs. Unknown where the group "
             "of one is unknown.",
    .rests_on = "Groups are told as Linux tells them (plugin/model/README.md, \"What keeps "
                "functions apart\").",
    .remedy = "Give the whole isolation group to one VM, or put one card into another slot.",
});

}  // namespace

std::span<const Check> vm_conflicts() {
  static constexpr Check rows[] = {device_in_two_vms_row, device_in_two_autostart_vms_row,
                                   vm_group_split_row};
  return rows;
}

}  // namespace pci_passthrough::checks
