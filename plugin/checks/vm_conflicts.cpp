#include <algorithm>
#include <map>

#include "plugin/checks/checks.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

constexpr std::size_t most_named = 4;

/// Who wants what on this host.
std::map<PciAddress, std::vector<const VmWish*>> wanted(const std::vector<VmWish>& wishes) {
  std::map<PciAddress, std::vector<const VmWish*>> by_device;
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
                           ", and so does " + others(all, wish) + end,
                       evidence_in(*wish->vm, "other_config:pci"), FindingState::found, address,
                       wish->vm->uuid, severity});
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

}  // namespace pci_passthrough::checks
