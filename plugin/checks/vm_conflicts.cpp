#include <algorithm>
#include <map>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/isolation.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::size_t most_named = 4;

using Wanted = std::map<PciAddress, std::vector<const VmWish*>>;

/// Who wants what on this host.
Wanted wanted(const std::vector<VmWish>& wishes) {
  Wanted by_device;
  for (const auto& wish : wishes)
    if (wish.may_be_here())
      for (const auto& address : wish.entry.plugged()) by_device[address].push_back(&wish);
  return by_device;
}

/// The first of them by name: with thousands of VMs, each is told of thousands.
std::string others(const std::vector<const VmWish*>& all, const VmWish* one) {
  std::vector<std::string> names;
  for (const auto* wish : all) {
    if (wish == one) continue;
    if (names.size() == most_named)
      return joined(names) + " and " + std::to_string(all.size() - 1 - most_named) + " more";
    names.push_back("'" + wish->vm->name + "' (" + wish->vm->power_state + ")");
  }
  return joined(names);
}

void add_each(const PciAddress& address, const std::vector<const VmWish*>& all,
              const std::string& end, std::optional<Severity> severity, Reasons& reasons) {
  if (all.size() < 2) return;
  for (const auto* wish : all)
    reasons.push_back({"the VM '" + wish->vm->name + "' wants " + address.text() +
                           (all.size() == 2 ? ", and so does " : ", and so do ") +
                           others(all, wish) + end,
                       evidence_in(*wish->vm, "other_config:pci"), FindingState::found, address,
                       wish->vm->uuid, severity});
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
      mates.words.push_back(what_it_is(*snapshot.find(other)) + ", which " + others(all, &wish) +
                            (all.size() == 1 ? " wants" : " want"));
  }
  return mates;
}

}  // namespace

Reasons wanted_by_two(const Snapshot& snapshot) {
  const auto wishes = wishes_of(snapshot);
  Reasons reasons;
  for (const auto& [address, all] : wanted(wishes)) {
    const bool is_acute = std::ranges::any_of(
        all, [](const auto* wish) { return is_running(*wish->vm) || starts_by_itself(*wish->vm); });
    add_each(address, all, "", is_acute ? Severity::error : Severity::warn, reasons);
  }
  return reasons;
}

Reasons wanted_by_two_at_boot(const Snapshot& snapshot) {
  const auto wishes = wishes_of(snapshot);
  Reasons reasons;
  for (auto [address, all] : wanted(wishes)) {
    std::erase_if(all, [](const auto* wish) { return !starts_by_itself(*wish->vm); });
    add_each(address, all, "; all of them start by themselves", {}, reasons);
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
