#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/guard_remedy.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

/// xapi keeps records of these classes, and of the other functions of their slots (xapi_pci.ml:35).
bool has_record(const Analysis& host, const Function& function) {
  return std::ranges::any_of(host.snapshot().functions, [&](const Function& other) {
    return other.address.same_slot(function.address) && other.class_code &&
           other.class_code->base() >= 0x01 && other.class_code->base() <= 0x03;
  });
}

Reasons vm_dynamic_memory(const Analysis&, const VmAssignment& assignment) {
  const VmRecord& vm = *assignment.vm;
  const auto &least = vm.memory_dynamic_min, &most = vm.memory_dynamic_max;
  if (assignment.entry.plugged().empty() || (least && least == most)) return {};
  const bool told = least && most;
  return {{.message = told ? the_vm(assignment) + " may be given " + std::to_string(*least >> 20) +
                                 " to " + std::to_string(*most >> 20) + " MiB"
                           : "it cannot be told whether the memory of " + the_vm(assignment) +
                                 " may change",
           .evidence = evidence_in(vm, "memory_dynamic_min"),
           .state = told ? FindingState::found : FindingState::unknown,
           .remedy = told ? std::optional(guard_remedy(
                                assignment, fmt::format("Fix it at {} MiB", *most >> 20),
                                fmt::format("xe vm-memory-dynamic-range-set uuid={0} min={1}MiB "
                                            "max={1}MiB",
                                            vm.uuid, *most >> 20)))
                          : std::nullopt}};
}
constexpr auto vm_dynamic_memory_row = row<vm_dynamic_memory>({
    .code = "vm-dynamic-memory",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "a VM with a device cannot give memory back while it runs",
    .fires = "",
    .rests_on = "",
    .remedy = "Make both equal: xe vm-memory-dynamic-range-set uuid=VM min=SIZE max=SIZE.",
});

Reasons suspend_not_blocked(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  std::vector<std::string> names;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function || has_record(host, *function)) continue;
    names.push_back(what_it_is(*function));
  }
  const bool some_is_known = names.size() != assignment.entry.plugged().size();
  if (names.empty() || some_is_known ||
      std::ranges::count(assignment.vm->blocked_operations, "suspend") != 0)
    return {};
  return {{.message = "xapi has no record of " + joined(names) +
                      ", so it would suspend or migrate " + the_vm(assignment),
           .evidence = evidence_in(*assignment.vm, "blocked_operations"),
           .remedy = guard_remedy(assignment, "Block suspend and migration",
                                  fmt::format("xe vm-param-set uuid={} "
                                              "blocked-operations:suspend=pci "
                                              "blocked-operations:pool_migrate=pci",
                                              assignment.vm->uuid))}};
}
constexpr auto suspend_not_blocked_row = row<suspend_not_blocked>({
    .code = "suspend-not-blocked",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi knows none of the VM's devices, and would suspend or migrate it",
    .fires = "",
    .rests_on = "",
    .remedy =
        "Block it: xe vm-param-set uuid=VM blocked-operations:suspend=pci, and so pool_migrate.",
});

Reasons pv_guest(const Analysis&, const VmAssignment& assignment) {
  const auto& type = assignment.vm->domain_type;
  if (type == "hvm" || assignment.entry.plugged().empty()) return {};
  const auto evidence = evidence_in(*assignment.vm, "domain_type");
  if (type == "pvh" || type == "pv_in_pvh")
    return {{the_vm(assignment) + " is a guest of the type " + type + ", which gets no PCI device",
             evidence}};
  if (type == "pv")
    return {{the_vm(assignment) + " is a PV guest, which takes a device only with a driver for it "
                                  "(pcifront)",
             evidence,
             FindingState::found,
             {},
             {},
             Severity::warn}};
  return {{"it cannot be told whether " + the_vm(assignment) + " is an HVM guest",
           evidence,
           FindingState::unknown,
           {},
           {},
           Severity::warn}};
}
constexpr auto pv_guest_row = row<pv_guest>({
    .code = "pv-guest",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "xenopsd gives no PCI device to a PVH guest",
    .fires = "",
    .rests_on = "",
    .remedy = "Make it an HVM guest.",
});

}  // namespace

std::span<const Check> vm_settings() {
  static constexpr Check rows[] = {vm_dynamic_memory_row, suspend_not_blocked_row, pv_guest_row};
  return rows;
}

}  // namespace pci_passthrough::checks
