#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/checks/way_out.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/unreadable.hpp"
#include "plugin/model/usage.hpp"

namespace pci_passthrough::checks {
namespace {

Reasons functions_unknown(const Analysis& host) {
  const auto why = why_functions_are_unknown(host.snapshot().unreadable);
  if (why.empty()) return {};
  return {{.message = fmt::format("Unknown which PCI functions this host has, and what a change "
                                  "would hide or give back: {}.",
                                  why),
           .evidence = paths::pci_devices,
           .state = FindingState::unknown}};
}
constexpr auto functions_unknown_row = row<functions_unknown>({
    .code = "functions-unknown",
    .severity = Severity::block,
    .refusal = Refusal::final,
    .means = "It is unknown which PCI functions the host has.",
    .fires = "/sys/bus/pci/devices cannot be listed, or holds more functions than are read. All "
             "other checks are silent about functions then, and a rule with a '*' cannot be "
             "written out for those that are there.",
    .rests_on = "Linux lists every function there (drivers/pci/pci-sysfs.c).",
    .remedy = "Mount sysfs at /sys, or have fewer virtual functions (sriov_numvfs); then try "
              "again.",
});

Reasons domain_unsupported(const Analysis&, const Function& function) {
  if (function.address.is_nameable()) return {};
  return {{fmt::format("{} lies on a segment above ffff (VMD). Neither pciback nor xapi can name "
                       "it.",
                       what_it_is(function)),
           paths::pci_devices}};
}
constexpr auto domain_unsupported_row = row<domain_unsupported>({
    .code = "domain-unsupported",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "The device lies on a segment that neither pciback nor xapi can name.",
    .fires = "Its address has five digits before the first colon, as behind Intel's VMD.",
    .rests_on =
        "xapi scans four digits of a segment (plugin/pci/README.md, \"A VM's entry as xapi "
        "reads it\"); Linux gives VMD segments from 10000 on (drivers/pci/controller/vmd.c).",
    .remedy = "Turn VMD off in the firmware's setup.",
});

Reasons sriov_pf_with_vfs(const Analysis& host, const Function& function) {
  if (function.virtual_functions.empty()) return {};
  return {{fmt::format("{} has virtual functions: {}. They go from dom0, and from the VMs that "
                       "have them, together with it.",
                       what_it_is(function), what_they_are(host, function.virtual_functions)),
           sysfs(function.virtual_functions.front(), "physfn")}};
}
constexpr auto sriov_pf_with_vfs_row = row<sriov_pf_with_vfs>({
    .code = "sriov-pf-with-vfs",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device has virtual functions, which go with it.",
    .fires = "dom0's driver has made virtual functions of a device that is hidden or assigned.",
    .rests_on = "A driver that lets its device go takes the virtual functions away (Linux iov.c "
                "pci_disable_sriov); sysfs physfn and virtfn tell who is whose.",
    .remedy = "Take the virtual functions away first: xe network-destroy of the SR-IOV network, or "
              "0 into sriov_numvfs.",
});

/// A rule for a bridge above it would have to go instead.
Remedy take_rule_away(const Analysis& host, const Function& function) {
  const auto device = function.address.text();
  const auto& reached = host.rules().reached;
  if (std::ranges::any_of(function.path,
                          [&](const auto& one) { return std::ranges::count(reached, one) != 0; }))
    return {"Leave virtual functions without a rule."};
  return {fmt::format("Take its rule away: unhide devices={}.", device),
          "unhide",
          {{"devices", device}}};
}

Reasons vf_not_persistent(const Analysis& host, const Function& function) {
  if (!function.physical_function) return {};
  return {{.message = fmt::format("{} is a virtual function of {}. dom0's driver makes it after "
                                  "pciback has read the rules, so a rule for it hides nothing.",
                                  what_it_is(function), function.physical_function->text()),
           .evidence = sysfs(function, "physfn"),
           .remedy = take_rule_away(host, function)}};
}
constexpr auto vf_not_persistent_row = row<vf_not_persistent>({
    .code = "vf-not-persistent",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A rule for a virtual function hides nothing.",
    .fires = "A rule names a virtual function.",
    .rests_on = "pciback reads its rules when it is loaded, before any network driver has made "
                "virtual functions (Linux pci_stub.c pcistub_init). A VM's start takes one that "
                "dom0 has (plugin/model/README.md, \"What a VM's start does\").",
    .remedy = "Leave virtual functions without a rule.",
});

/// xapi hands the virtual functions of such a NIC to network interfaces of VMs.
bool is_shared_by_xapi(const Analysis& host, const PciAddress& physical) {
  const auto& pool = *host.snapshot().pool;
  return std::ranges::any_of(pool.pifs, [&](const auto& entry) {
    const PifRecord& pif = entry.second;
    if (!pif.shares_functions || pif.host != pool.this_host) return false;
    const auto path = path_of_interface(host.snapshot(), pif.device, "");
    return !path.functions.empty() && std::ranges::count(path.functions, physical) != 0;
  });
}

Reasons vf_of_network_sriov(const Analysis& host, const VmAssignment& assignment) {
  if (!assignment.may_be_here()) return {};
  Reasons reasons;
  for (const auto& address : assignment.entry.plugged()) {
    const Function* function = host.find(address);
    if (!function || !function->physical_function ||
        !is_shared_by_xapi(host, *function->physical_function))
      continue;
    reasons.push_back(
        {.message = fmt::format("The VM '{}' wants {}, a virtual function of {}, which "
                                "carries an SR-IOV network of xapi's. xapi may hand "
                                "it to a network interface of another VM.",
                                assignment.vm->name, what_it_is(*function),
                                function->physical_function->text()),
         .evidence = "/var/lib/xcp/xapi: PIF.sriov_physical_PIF_of",
         .device = address,
         .remedy = take_from_vm(assignment, address)});
  }
  return reasons;
}
constexpr auto vf_of_network_sriov_row = row<vf_of_network_sriov>({
    .code = "vf-of-network-sriov",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "A VM wants a virtual function that xapi may hand to another VM.",
    .fires = "A VM's entry names a virtual function of a NIC whose PIF carries an SR-IOV network.",
    .rests_on = "xapi picks a free virtual function when a VM with such a network starts, and does "
                "not look at other_config:pci (xapi_network_sriov_helpers.ml, pciops.ml).",
    .remedy = "Take it from the VM (unassign), and give the VM a network interface in the SR-IOV "
              "network.",
});

}  // namespace

std::span<const Check> addressing() {
  static constexpr Check rows[] = {functions_unknown_row, domain_unsupported_row,
                                   sriov_pf_with_vfs_row, vf_not_persistent_row,
                                   vf_of_network_sriov_row};
  return rows;
}

}  // namespace pci_passthrough::checks
