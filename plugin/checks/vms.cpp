#include <algorithm>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::string called(const VmWish& wish) { return "the VM '" + wish.vm->name + "'"; }

struct DomZeroHas {
  std::string words;  ///< "ahci drives it, and no rule hides it"; "" where dom0 does not have it
  std::optional<Severity> severity{};
  FindingState state = FindingState::found;
};

DomZeroHas how_dom0_has(const Snapshot& snapshot, const Function& function) {
  const auto access = dom0_access(snapshot.boot, function);
  if (!function.driver) return {"it cannot be told which driver has it", {}, FindingState::unknown};
  const bool held = *function.driver == "pciback";
  if (held && access == Dom0Access::enable_on_reboot)
    return {"the next reboot gives it back to dom0"};
  if (held || function.driver->empty()) return {""};
  if (access == Dom0Access::disable_on_reboot)
    return {*function.driver +
                " drives it until the next reboot hides it, and a start before that "
                "takes it away from dom0",
            Severity::error};
  if (access == Dom0Access::unknown)
    return {*function.driver + " drives it, and it cannot be told whether a rule hides it",
            {},
            FindingState::unknown};
  if (access == Dom0Access::disabled)
    return {*function.driver + " drives it in dom0, in spite of the rule that hides it"};
  return {*function.driver + " drives it in dom0, and no rule hides it"};
}

}  // namespace

Reasons vms_cannot_be_told(const Snapshot& snapshot) {
  if (vms_are_known(snapshot)) return {};
  return {{"what VMs want cannot be told: " + why_vms_are_unknown(snapshot), "/var/lib/xcp/xapi",
           FindingState::unknown}};
}

Reasons wants_missing_device(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_be_here()) return {};
  const bool listed = !snapshot.unreadable.contains("/sys/bus/pci/devices");
  Reasons reasons;
  for (const auto& address : wish.entry.plugged()) {
    if (snapshot.find(address)) continue;
    const auto wants = called(wish) + " wants " + address.text();
    reasons.push_back({listed ? wants + ", which is not on this host"
                              : wants + "; it cannot be told whether it is on this host",
                       "/sys/bus/pci/devices", listed ? FindingState::found : FindingState::unknown,
                       address});
  }
  return reasons;
}

Reasons wants_what_dom0_has(const Snapshot& snapshot, const VmWish& wish) {
  if (!wish.may_be_here()) return {};
  Reasons reasons;
  for (const auto& address : wish.entry.plugged()) {
    const Function* function = snapshot.find(address);
    if (!function) continue;
    auto has = how_dom0_has(snapshot, *function);
    if (has.words.empty()) continue;
    const bool may_be_storage = !function->class_code || function->class_code->is_storage();
    if (!has.severity && may_be_storage) has.severity = Severity::block;
    reasons.push_back({called(wish) + " wants " + what_it_is(*function) + ": " + has.words,
                       sysfs(*function, "driver"),
                       has.state,
                       address,
                       {},
                       has.severity});
  }
  return reasons;
}

Reasons hidden_for_nobody(const Snapshot& snapshot) {
  if (!vms_are_known(snapshot)) return {};
  const auto wishes = wishes_of(snapshot);
  Reasons reasons;
  for (const auto& address : reached_by(snapshot, unattended_entries(snapshot.boot))) {
    const Function* function = snapshot.find(address);
    const bool is_wanted =
        std::ranges::any_of(wishes, [&](const auto& wish) { return wish.wants_here(address); });
    if (!function || function->is_bridge() || is_wanted) continue;
    reasons.push_back({"no VM wants " + what_it_is(*function) + ", which is hidden",
                       "/var/lib/xcp/xapi: VM.other_config", FindingState::found, address});
  }
  return reasons;
}

Reasons copies_want_devices(const Snapshot& snapshot) {
  constexpr std::size_t few = 5;
  std::vector<std::string> names;
  std::string evidence;
  for (const auto& wish : wishes_of(snapshot)) {
    if (wish.starts() || wish.entry.plugged().empty()) continue;
    if (names.empty()) evidence = evidence_in(*wish.vm, "other_config:pci");
    names.push_back("'" + wish.vm->name + "'");
  }
  if (names.empty()) return {};
  const auto more = names.size() - std::min(names.size(), few);
  names.resize(names.size() - more);
  return {{"these snapshots and templates carry devices, and so does every VM made from them: " +
               joined(names) + (more ? " and " + std::to_string(more) + " more" : ""),
           evidence}};
}

Reasons is_not_pinned(const Snapshot& snapshot, const VmWish& wish) {
  const Pool& pool = *snapshot.pool;
  const bool is_pinned = !pool.this_host.empty() && wish.vm->affinity == pool.this_host;
  if (!wish.may_be_here() || is_pinned || pool.hosts.size() < 2 || wish.entry.plugged().empty())
    return {};
  return {{called(wish) + " has no affinity to this host: it may start on another, and take what "
                          "lies at these addresses there",
           evidence_in(*wish.vm, "affinity")}};
}

/// xapi_vm_lifecycle.ml VM_HAS_PCI_ATTACHED
Reasons cannot_be_evacuated(const Snapshot& snapshot) {
  if (!vms_are_known(snapshot) || snapshot.pool->hosts.size() < 2) return {};
  std::vector<std::string> names;
  for (const auto& [ref, vm] : snapshot.pool->vms)
    if (is_running(vm) && !vm.is_control_domain && !vm.attached_pcis.empty() &&
        place_of(*snapshot.pool, vm) == Place::here)
      names.push_back(in_quotes(vm.name));
  if (names.empty()) return {};
  std::ranges::sort(names);
  return {{joined(names) + (names.size() == 1 ? " has" : " have") +
               " devices of this host: it cannot be evacuated while they run",
           "/var/lib/xcp/xapi: VM.attached_PCIs"}};
}

Reasons is_protected_by_ha(const Snapshot& snapshot, const VmWish& wish) {
  const auto& priority = wish.vm->ha_restart_priority;
  const auto enabled = snapshot.pool->ha_enabled;
  if (priority.empty() || enabled == false || wish.entry.plugged().empty()) return {};
  return {{enabled ? "HA restarts " + called(wish) + " (" + priority + ") wherever there is room"
                   : "it cannot be told whether HA is on, which restarts " + called(wish) + " (" +
                         priority + ")",
           evidence_in(*wish.vm, "ha_restart_priority"),
           enabled ? FindingState::found : FindingState::unknown}};
}

}  // namespace pci_passthrough::checks
