#include <map>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/clash.hpp"

namespace pci_passthrough::checks {
namespace {

/// Who wants what on this host.
std::map<PciAddress, std::vector<const VmWish*>> wanted(const std::vector<VmWish>& wishes) {
  std::map<PciAddress, std::vector<const VmWish*>> by_device;
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
                           ", and so does " + names_of(all, wish) + clash.end,
                       evidence_in(*wish->vm, "other_config:pci"), clash.state, address,
                       wish->vm->uuid, clash.severity});
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

}  // namespace pci_passthrough::checks
