#include "plugin/plans/assign.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "plugin/model/entry_words.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/guards.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/vm_entries.hpp"
#include "plugin/plans/xen_arguments.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

void check_assignable(const Analysis& host, const PciAddress& address) {
  const Function* function = host.find(address);
  if (!function) throw no_such_device(host.snapshot(), address);
  check_nameable(address);
  if (function->is_bridge())
    throw misuse(fmt::format("{} is a bridge, which no VM can have; name the devices behind it",
                             address.text()));
}

/// What of a VM's entry an edit keeps.
struct Kept {
  Addresses devices;                ///< that the entry means
  std::vector<VmDevice> dropped{};  ///< what xapi drops, and goes on to drop
};

/// Throws Failure invalid_argument where a piece cannot be understood.
Kept kept_of(const Analysis& host, const Vm& vm) {
  const auto& [ref, record] = vm;
  const auto assignment = vm_assignment(*host.snapshot().pool, ref, record);
  for (const auto& device : assignment.entry.devices)
    if (!device.address || device.flaw == EntryFlaw::garbage_tail ||
        device.flaw == EntryFlaw::out_of_range)
      throw misuse(
          fmt::format("the entry of the VM '{}' cannot be kept: {}; name all its devices, "
                      "with assign and replace=true",
                      record.name, misreading(device)));
  const auto mended = repaired_vm_entry(record.pci.value_or(""), mending(host, assignment, {}));
  auto entry = parse_vm_entry(mended.text);
  Kept kept{entry.plugged()};
  std::ranges::copy_if(entry.devices, std::back_inserter(kept.dropped), &VmDevice::is_mendable);
  return kept;
}

/// An entry that xapi reads as these devices in this order, in the form that all read, stays as it
/// is.
std::optional<std::string> entry_of(const VmRecord& vm, const Kept& kept) {
  if (kept.devices.empty() && kept.dropped.empty()) return std::nullopt;
  const auto entry = parse_vm_entry(vm.pci.value_or(""));
  const auto is_flawless = [](const auto& device) { return device.flaw == EntryFlaw::none; };
  if (vm.pci && std::ranges::all_of(entry.devices, is_flawless) &&
      entry.plugged() == kept.devices && entry.devices.size() == kept.devices.size() &&
      is_in_one_form(*vm.pci))
    return vm.pci;
  auto text = write_vm_entry(kept.devices);
  for (const auto& device : kept.dropped)
    text += fmt::format("{}{}", text.empty() ? "" : ",", device.text);
  return text;
}

}  // namespace

Decision assign_devices(const Analysis& host, const std::string& vm,
                        const std::optional<Addresses>& devices, const Assigning& how,
                        const Consent& consent) {
  const auto& found = find_vm(host.snapshot(), vm);
  const auto& [ref, record] = found;
  const Pool& pool = *host.snapshot().pool;
  check_place(pool, record);
  VmChange change;
  if (how.guards) add_guards(pool, found, change.fields);
  auto plugged = parse_vm_entry(record.pci.value_or("")).plugged();
  if (!devices && plugged.empty())
    throw misuse(fmt::format("the VM '{}' has no devices to do this for; name some, with devices=",
                             record.name));
  if (devices) {
    for (const auto& device : *devices) check_assignable(host, device);
    auto wanted = how.placing == Placing::replace ? Kept() : kept_of(host, found);
    for (const auto& device : *devices) add_once(wanted.devices, device);
    std::erase_if(wanted.dropped, [&](const auto& one) {
      return std::ranges::count(wanted.devices, *one.address) != 0;
    });
    add_field(pool, found, VmField::pci, entry_of(record, wanted), change.fields);
    plugged = std::move(wanted.devices);
    change.asked_for = *devices;
  }
  if (how.xen_arguments)
    change.boot_text = with_xen_arguments(host, host.boot().file.text,
                                          edited(host, Entries::that_boot), plugged, true);
  return decide_vm(host, found, std::move(change), consent);
}

Decision unassign_devices(const Analysis& host, const std::string& vm,
                          const std::optional<Addresses>& devices, const Consent& consent) {
  const auto& found = find_vm(host.snapshot(), vm);
  const auto& [ref, record] = found;
  const Pool& pool = *host.snapshot().pool;
  auto kept = devices ? kept_of(host, found) : Kept();
  const auto is_taken = [&](const auto& one) {
    return devices && std::ranges::count(*devices, one) != 0;
  };
  std::erase_if(kept.devices, is_taken);
  std::erase_if(kept.dropped, [&](const auto& one) { return is_taken(*one.address); });
  std::vector<SetVmField> fields;
  add_field(pool, found, VmField::pci, entry_of(record, kept), fields);
  auto decision = decide_vm(host, found, {std::move(fields)}, consent);
  if (auto notice = notice_of_guards(pool, record); notice && kept.devices.empty())
    decision.notices.push_back(std::move(*notice));
  return decision;
}

}  // namespace pci_passthrough
