#include "plugin/plans/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/entry_words.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/identities.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;
using Vm = std::pair<const std::string, VmRecord>;

void check_assignable(const Analysis& host, const PciAddress& address) {
  const Function* function = host.find(address);
  if (!function) throw no_such_device(address, "");
  check_nameable(address);
  if (function->is_bridge())
    throw misuse(fmt::format("{} is a bridge, which no VM can have; name the devices behind it",
                             address.text()));
}

/// The devices that the entry means, for an edit that keeps them.
Addresses kept_devices(const VmRecord& vm) {
  const auto entry = parse_vm_entry(vm.pci.value_or(""));
  for (const auto& device : entry.devices)
    if (!device.address || device.flaw == EntryFlaw::garbage_tail ||
        device.flaw == EntryFlaw::out_of_range)
      throw misuse(
          fmt::format("the entry of the VM '{}' cannot be kept: {}; name all its devices, "
                      "with assign and replace=true",
                      vm.name, misreading(device)));
  return meant_by(entry);
}

/// An entry that xapi reads as these devices in this order stays as it is.
std::optional<std::string> entry_of(const VmRecord& vm, const Addresses& devices) {
  if (devices.empty()) return std::nullopt;
  const auto entry = parse_vm_entry(vm.pci.value_or(""));
  const bool is_flawless = std::ranges::all_of(
      entry.devices, [](const auto& device) { return device.flaw == EntryFlaw::none; });
  if (vm.pci && is_flawless && entry.plugged() == devices && entry.devices.size() == devices.size())
    return vm.pci;
  return write_vm_entry(devices);
}

}  // namespace

void check_place(const Pool& pool, const VmRecord& vm) {
  const auto place = place_of(pool, vm);
  if (place != Place::elsewhere && place != Place::preferred_elsewhere) return;
  const auto& ref = is_running(vm) ? vm.resident_on : vm.affinity;
  const auto host = pool.hosts.find(ref);
  const bool known = host != pool.hosts.end();
  const auto* relation = is_running(vm) ? "runs on" : "prefers";
  if (!known)
    throw misuse(
        fmt::format("the VM '{}' {} another host; call the plugin there", vm.name, relation));
  throw misuse(fmt::format("the VM '{}' {} the host '{}'; call the plugin there: host-uuid={}",
                           vm.name, relation, host->second.name, host->second.uuid));
}

Decision decide_vm_entry(const Analysis& before, const Vm& vm,
                         const std::optional<std::string>& pci, const Addresses& asked_for,
                         const Consent& consent) {
  const auto& [ref, record] = vm;
  Decision decision{
      .vm = record.uuid, .before = before, .after = before.with({.vm_entries = {{ref, pci}}})};
  if (pci != record.pci) {
    decision.plan.vm_entries.push_back({ref, record.uuid, record.name, record.pci, pci});
    if (auto remark = remark_of_running(record)) decision.remarks.push_back(std::move(*remark));
  }
  const Analysis& after = decision.after;
  auto findings = judge(after, before.rules().unattended);
  const auto caused = newly_found(judge(before, before.rules().unattended), findings);
  const Pool& pool = *after.snapshot().pool;
  const auto assignment = vm_assignment(pool, ref, pool.vms.at(ref));
  decision.plan.remember = to_remember(before, after, asked_for, findings);
  const auto is_about = [&](const Finding& finding) { return finding.vm == decision.vm; };
  const auto bears = [&](const Finding& finding) {
    return !is_about(finding) && bears_on(finding, assignment);
  };
  std::ranges::copy_if(findings, std::back_inserter(decision.findings), bears);
  judge_change(std::move(findings),
               {is_about,
                [&](const Finding& finding) {
                  return is_about(finding) && std::ranges::count(caused, finding) != 0;
                }},
               consent, decision);
  std::ranges::stable_sort(decision.findings, std::greater{}, &Finding::severity);
  return decision;
}

Decision assign_devices(const Analysis& host, const std::string& vm,
                        const std::vector<PciAddress>& devices, Placing placing,
                        const Consent& consent) {
  const auto& found = find_vm(host.snapshot(), vm);
  check_place(*host.snapshot().pool, found.second);
  for (const auto& device : devices) check_assignable(host, device);
  auto wanted = placing == Placing::replace ? Addresses() : kept_devices(found.second);
  for (const auto& device : devices) add_once(wanted, device);
  return decide_vm_entry(host, found, entry_of(found.second, wanted), devices, consent);
}

Decision unassign_devices(const Analysis& host, const std::string& vm,
                          const std::optional<std::vector<PciAddress>>& devices,
                          const Consent& consent) {
  const auto& found = find_vm(host.snapshot(), vm);
  auto kept = devices ? kept_devices(found.second) : Addresses();
  if (devices)
    std::erase_if(kept, [&](const auto& one) { return std::ranges::count(*devices, one) != 0; });
  return decide_vm_entry(host, found, entry_of(found.second, kept), {}, consent);
}

}  // namespace pci_passthrough
