#include <map>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/clash.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

using Wanted = std::map<PciAddress, std::vector<const VmWish*>>;

/// Who wants what on this host.
Wanted wanted(const std::vector<VmWish>& wishes) {
  Wanted by_device;
  for (const auto& wish : wishes)
    if (wish.may_be_here())
      for (const auto& address : wish.entry.plugged()) by_device[address].push_back(&wish);
  return by_device;
}

void add_each(const PciAddress& address, const std::vector<const VmWish*>& all, const Clash& clash,
              Reasons& reasons) {
  if (all.size() < 2) return;
  for (const auto* wish : all)
    reasons.push_back({"the VM '" + wish->vm->name + "' wants " + address.text() +
                           (all.size() == 2 ? ", and so does " : ", and so do ") +
                           names_of(all, wish) + clash.end,
                       evidence_in(*wish->vm, "other_config:pci"), clash.state, address,
                       wish->vm->uuid, clash.severity});
}

/// Of one VM and one of its devices: the devices of other VMs that no ACS keeps apart from it, and
/// whether there are any for which that cannot be told.
struct GroupMates {
  std::vector<std::string> words;
  bool some_unknown = false;
};
GroupMates group_mates(const Snapshot& snapshot, const Wanted& by_device,
                       const std::map<PciAddress, PciAddress>& groups, const PciAddress& address,
                       const VmWish& wish) {
  const auto group = groups.find(address);
  GroupMates mates;
  for (const auto& [other, all] : by_device) {
    if (wish.entry.names(other)) continue;
    const auto leader = groups.find(other);
    if (group == groups.end() || leader == groups.end())
      mates.some_unknown = true;
    else if (leader->second == group->second)
      mates.words.push_back(what_it_is(*snapshot.find(other)) + ", which " + names_of(all, &wish) +
                            (all.size() == 1 ? " wants" : " want"));
  }
  return mates;
}

}  // namespace

Reasons wanted_by_two(const Snapshot& snapshot) {
  const auto wishes = wishes_of(snapshot);
  Reasons reasons;
  for (const auto& [address, all] : wanted(wishes))
    add_each(address, all, clash_of(*snapshot.pool, all), reasons);
  return reasons;
}

Reasons wanted_by_two_at_boot(const Snapshot& snapshot) {
  const auto wishes = wishes_of(snapshot);
  Reasons reasons;
  for (auto [address, all] : wanted(wishes)) {
    const auto clash = clash_at_boot_of(*snapshot.pool, all);
    add_each(address, all, clash, reasons);
  }
  return reasons;
}

Reasons group_is_split(const Snapshot& snapshot) {
  const auto wishes = wishes_of(snapshot);
  auto by_device = wanted(wishes);
  std::erase_if(by_device, [&](const auto& one) { return !snapshot.find(one.first); });
  if (by_device.size() < 2) return {};
  const auto groups = isolation_groups(snapshot);
  Reasons reasons;
  for (const auto& [address, all] : by_device)
    for (const auto* wish : all) {
      const auto mates = group_mates(snapshot, by_device, groups, address, *wish);
      if (mates.words.empty() && !mates.some_unknown) continue;
      const auto& function = *snapshot.find(address);
      const bool is_found = !mates.words.empty();
      reasons.push_back(
          {is_found ? "the VM '" + wish->vm->name + "' wants " + what_it_is(function) +
                          ", and no ACS keeps it from " + joined(mates.words, "; ")
                    : "it cannot be told whether " + what_it_is(function) + ", which the VM '" +
                          wish->vm->name +
                          "' wants, shares an isolation group with what another VM wants",
           sysfs(function, "config"), is_found ? FindingState::found : FindingState::unknown,
           address, wish->vm->uuid});
    }
  return reasons;
}

}  // namespace pci_passthrough::checks
