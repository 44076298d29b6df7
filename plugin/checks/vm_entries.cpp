#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/checks/vm_remedies.hpp"
#include "plugin/model/entry_words.hpp"

namespace pci_passthrough::checks {
namespace {

Reason about(const VmAssignment& assignment, std::string message,
             std::optional<PciAddress> device) {
  return {.message = std::move(message),
          .evidence = evidence_in(*assignment.vm, "other_config:pci"),
          .device = device};
}

template <typename Is>
Reasons pieces(const VmAssignment& assignment, Is is) {
  Reasons reasons;
  for (const auto& device : assignment.entry.devices)
    if (is(device))
      reasons.push_back(about(assignment,
                              fmt::format("xapi misreads the entry of the VM '{}': {}.",
                                          assignment.vm->name, misreading(device)),
                              device.address));
  return reasons;
}

/// repair mends it where it is plain what was meant, and the device is there.
Reasons vm_entry_malformed(const Analysis& host, const VmAssignment& assignment) {
  auto reasons = pieces(assignment, [](const auto& device) { return !device.read; });
  for (auto& reason : reasons)
    if (reason.device)
      reason.remedy = Remedy{
          host.find(*reason.device)
              ? "See what repair dry-run=true would write, then repair."
              : fmt::format("{} is not on this host, so repair leaves the piece. See list, and "
                            "write the entry anew: assign with replace=true.",
                            reason.device->text())};
  return reasons;
}
constexpr auto vm_entry_malformed_row = row<vm_entry_malformed>({
    .code = "vm-entry-malformed",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "xapi drops a device of a VM's entry without a word.",
    .fires = "A piece of the entry does not scan as xapi scans it: a blank or no number before the "
             "address, no segment, no comma, or no device at all.",
    .rests_on = "xapi pciops.ml, run in OCaml (plugin/pci/README.md, \"A VM's entry as xapi reads "
                "it\").",
    .remedy = "See which device was meant, and write the entry anew: assign with replace=true.",
});

Reasons vm_entry_garbage_tail(const Analysis&, const VmAssignment& assignment) {
  return pieces(assignment,
                [](const auto& device) { return device.flaw == EntryFlaw::garbage_tail; });
}
constexpr auto vm_entry_garbage_tail_row = row<vm_entry_garbage_tail>({
    .code = "vm-entry-garbage-tail",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi ignores what stands behind an address in a VM's entry.",
    .fires = "Something other than blanks follows an address that xapi has read.",
    .rests_on = "xapi's scan ends at the function's digit (plugin/pci/README.md, \"A VM's entry as "
                "xapi reads it\").",
    .remedy = "See which device was meant, and write the entry anew: assign with replace=true.",
});

Reasons vm_entry_out_of_range(const Analysis&, const VmAssignment& assignment) {
  return pieces(assignment,
                [](const auto& device) { return device.flaw == EntryFlaw::out_of_range; });
}
constexpr auto vm_entry_out_of_range_row = row<vm_entry_out_of_range>({
    .code = "vm-entry-out-of-range",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM's entry names an address that no device can have.",
    .fires = "The device of an address is above 1f, or its function above 7.",
    .rests_on = "xapi scans two and one hex digits, and does not look at their values "
                "(plugin/pci/README.md, \"A VM's entry as xapi reads it\").",
    .remedy = "See which device was meant, and write the entry anew: assign with replace=true.",
});

Reasons vm_entry_duplicate(const Analysis&, const VmAssignment& assignment) {
  std::set<PciAddress> seen, said;
  Reasons reasons;
  for (const auto& device : assignment.entry.devices)
    if (device.read && !seen.insert(*device.address).second &&
        said.insert(*device.address).second) {
      reasons.push_back(about(assignment,
                              fmt::format("The entry of the VM '{}' names {} more than once. It is "
                                          "plugged once.",
                                          assignment.vm->name, device.address->text()),
                              device.address));
      reasons.back().remedy = Remedy{};
    }
  return reasons;
}
constexpr auto vm_entry_duplicate_row = row<vm_entry_duplicate>({
    .code = "vm-entry-duplicate",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "A VM's entry names a device more than once.",
    .fires = "xapi reads the same address in two pieces of the entry.",
    .rests_on = "Both survive xapi's parser, and are one device to xenopsd, which knows it by its "
                "address (plugin/pci/README.md, \"A VM's entry as xapi reads it\").",
    .remedy = "Nothing needs to be done; the next assign or unassign drops the second.",
});

Reasons vm_order_reversed(const Analysis& host, const VmAssignment& assignment) {
  std::set<std::int64_t> numbers;
  std::vector<PciAddress> written;
  for (const auto& device : assignment.entry.devices)
    if (device.read && std::ranges::count(written, *device.address) == 0) {
      numbers.insert(device.number);
      written.push_back(*device.address);
    }
  if (numbers.size() == written.size()) return {};
  auto reason = about(assignment,
                      fmt::format("Devices in the entry of the VM '{}' have the same number. xapi "
                                  "plugs them in the order {}.",
                                  assignment.vm->name, texts(assignment.entry.plugged())),
                      {});
  reason.remedy = write_anew(host, assignment, written);
  return {std::move(reason)};
}
constexpr auto vm_order_reversed_row = row<vm_order_reversed>({
    .code = "vm-order-reversed",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi plugs devices with the same number in reverse order.",
    .fires = "Two devices of the entry have the same number before the slash, as Xen Orchestra "
             "writes them.",
    .rests_on = "xapi sorts by the number and turns round what has the same (pciops.ml; "
                "plugin/pci/README.md, \"A VM's entry as xapi reads it\").",
    .remedy = "Where the order matters, assign the devices in it with replace=true.",
});

}  // namespace

std::span<const Check> vm_entries() {
  static constexpr Check rows[] = {vm_entry_malformed_row, vm_entry_garbage_tail_row,
                                   vm_entry_out_of_range_row, vm_entry_duplicate_row,
                                   vm_order_reversed_row};
  return rows;
}

}  // namespace pci_passthrough::checks
