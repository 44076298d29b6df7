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
  const auto evidence = evidence_in(vm, "memory_dynamic_min");
  if (!least || !most)
    return {{fmt::format("Unknown whether the memory of the VM '{}' may change: cannot read its "
                         "dynamic range from xapi.",
                         vm.name),
             evidence, FindingState::unknown}};
  return {{.message = fmt::format("The memory of the VM '{}' may change between {} and {} MiB. A "
                                  "VM with a device cannot give memory back.",
                                  vm.name, *least >> 20, *most >> 20),
           .evidence = evidence,
           .remedy = guard_remedy(assignment, fmt::format("Fix it at {} MiB", *most >> 20),
                                  fmt::format("xe vm-memory-dynamic-range-set uuid={0} "
                                              "min={1}MiB max={1}MiB",
                                              vm.uuid, *most >> 20))}};
}
constexpr auto vm_dynamic_memory_row = row<vm_dynamic_memory>({
    .code = "vm-dynamic-memory",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "A VM with a device may be asked to give memory back, and cannot.",
    .fires = "memory_dynamic_min and memory_dynamic_max of a VM with a device differ. Unknown "
             "where xapi does not tell them.",
    .rests_on = "Memory that a device may write to cannot be taken away. A VM that starts below "
                "its largest size is populated on demand, which Xen's own tools refuse with a "
                "device (libxl_create.c); XenServer's manual asks for a fixed range.",
    .remedy = "Make both equal: assign vm=VM guards=true, or xe vm-memory-dynamic-range-set "
              "uuid=VM min=SIZE max=SIZE.",
});

Reasons suspend_not_blocked(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  std::vector<std::string> names;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function || has_record(host, *function)) continue;
    names.push_back(what_it_is(*function));
  }
  const VmRecord& vm = *assignment.vm;
  const bool some_is_known = names.size() != assignment.entry.plugged().size();
  if (names.empty() || some_is_known || std::ranges::count(vm.blocked_operations, "suspend") != 0)
    return {};
  return {{.message = fmt::format("xapi has no record of {}. It would suspend or migrate the VM "
                                  "'{}' as if the VM had no device.",
                                  joined(names), vm.name),
           .evidence = evidence_in(vm, "blocked_operations"),
           .remedy = guard_remedy(assignment, "Block suspend and migration",
                                  fmt::format("xe vm-param-set uuid={} "
                                              "blocked-operations:suspend=pci "
                                              "blocked-operations:pool_migrate=pci",
                                              vm.uuid))}};
}
constexpr auto suspend_not_blocked_row = row<suspend_not_blocked>({
    .code = "suspend-not-blocked",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi would suspend or migrate a VM, as it knows none of its devices.",
    .fires = "All of a VM's devices are of classes that xapi keeps no record of, as USB "
             "controllers and accelerators are, and suspend is not among its blocked operations.",
    .rests_on = "xapi refuses suspend and migration by attached_PCIs alone, which holds devices "
                "with a record (plugin/model/README.md, \"Which devices xapi has on record\").",
    .remedy = "Block suspend and migration: assign vm=VM guards=true, or xe vm-param-set uuid=VM "
              "blocked-operations:suspend=pci, and so pool_migrate.",
});

Reasons pvh_guest(const Analysis&, const VmAssignment& assignment) {
  const VmRecord& vm = *assignment.vm;
  if (vm.domain_type == "hvm" || assignment.entry.plugged().empty()) return {};
  Reason reason{.message = {}, .evidence = evidence_in(vm, "domain_type")};
  if (vm.domain_type == "pvh" || vm.domain_type == "pv_in_pvh") {
    reason.message = fmt::format(
        "The VM '{}' is a PVH guest (domain type {}). xenopsd gives it no "
        "PCI device.",
        vm.name, vm.domain_type);
    reason.remedy = Remedy{
        fmt::format("Make it an HVM guest: xe vm-param-set uuid={} domain-type=hvm.", vm.uuid)};
  } else if (vm.domain_type == "pv") {
    reason.message = fmt::format(
        "The VM '{}' is a PV guest. It sees a device only where its "
        "kernel has the driver pcifront.",
        vm.name);
    reason.severity = Severity::warn;
  } else {
    reason.message = fmt::format(
        "Unknown whether the VM '{}' is an HVM guest: cannot read its "
        "domain type from xapi.",
        vm.name);
    reason.state = FindingState::unknown;
    reason.severity = Severity::warn;
    reason.remedy =
        Remedy{fmt::format("See xe vm-param-get uuid={} param-name=HVM-boot-policy: "
                           "an HVM guest has one.",
                           vm.uuid)};
  }
  return {std::move(reason)};
}
constexpr auto pvh_guest_row = row<pvh_guest>({
    .code = "pvh-guest",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "A PVH guest gets no PCI device.",
    .fires = "The domain type of a VM with a device is pvh or pv_in_pvh. A warning of a PV guest, "
             "which needs a driver for it. Unknown where xapi does not tell the type.",
    .rests_on = "xenopsd plugs devices into HVM and PV guests alone (xenops_server_xen.ml; "
                "plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "Make it an HVM guest, or see that its kernel has pcifront.",
    .old_code = "pv-guest",
});

}  // namespace

std::span<const Check> vm_settings() {
  static constexpr Check rows[] = {vm_dynamic_memory_row, suspend_not_blocked_row, pvh_guest_row};
  return rows;
}

}  // namespace pci_passthrough::checks
