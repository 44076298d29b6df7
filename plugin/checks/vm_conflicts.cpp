#include <map>

#include "plugin/checks/clash.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Wanted = std::map<PciAddress, std::vector<const VmAssignment*>>;

void add_each(const PciAddress& address, const std::vector<const VmAssignment*>& all,
              const Clash& clash, Reasons& reasons) {
  if (all.size() < 2) return;
  for (const auto* assignment : all)
    reasons.push_back({"the VM '" + assignment->vm->name + "' wants " + address.text() +
                           (all.size() == 2 ? ", and so does " : ", and so do ") +
                           names_of(all, assignment) + clash.end,
                       evidence_in(*assignment->vm, "other_config:pci"), clash.state, address,
                       assignment->vm->uuid, clash.severity});
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
      mates.words.push_back(what_it_is(*host.find(other)) + ", which " +
                            names_of(all, &assignment) + (all.size() == 1 ? " wants" : " want"));
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
    .means = "two VMs want one device: the second one's start resets it under the first; a warning "
             "while "
             "both are off",
    .fires = "",
    .rests_on = "",
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
    .means = "two VMs that start by themselves want one device",
    .fires = "",
    .rests_on = "",
    .remedy = "Take it from one of them (unassign), or let one no longer start by itself.",
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
      const auto& function = *host.find(address);
      const bool is_found = !mates.words.empty();
      reasons.push_back(
          {is_found ? "the VM '" + assignment->vm->name + "' wants " + what_it_is(function) +
                          ", and no ACS keeps it from " + joined(mates.words, "; ")
                    : "it cannot be told whether " + what_it_is(function) + ", which the VM '" +
                          assignment->vm->name +
                          "' wants, shares an isolation group with what another VM wants",
           sysfs(function, "config"), is_found ? FindingState::found : FindingState::unknown,
           address, assignment->vm->uuid});
    }
  return reasons;
}
constexpr auto vm_group_split_row = row<vm_group_split>({
    .code = "vm-group-split",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "the IOMMU cannot keep a VM's device from that of another VM",
    .fires = "",
    .rests_on = "",
    .remedy = "Give the whole isolation group to one VM, or put a card into another slot.",
});

}  // namespace

std::span<const Check> vm_conflicts() {
  static constexpr Check rows[] = {device_in_two_vms_row, device_in_two_autostart_vms_row,
                                   vm_group_split_row};
  return rows;
}

}  // namespace pci_passthrough::checks
