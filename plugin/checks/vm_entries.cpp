#include <algorithm>
#include <set>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/row.hpp"
#include "plugin/model/entry_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

Reason about(const VmAssignment& assignment, std::string message,
             std::optional<PciAddress> device) {
  return {std::move(message), evidence_in(*assignment.vm, "other_config:pci"), FindingState::found,
          device};
}

template <typename Is>
Reasons pieces(const VmAssignment& assignment, Is is) {
  Reasons reasons;
  for (const auto& device : assignment.entry.devices)
    if (is(device))
      reasons.push_back(about(assignment,
                              "the entry of " + the_vm(assignment) + ": " + misreading(device),
                              device.address));
  return reasons;
}

Reasons vm_entry_malformed(const Analysis&, const VmAssignment& assignment) {
  return pieces(assignment, [](const auto& device) { return !device.read; });
}
constexpr auto vm_entry_malformed_row = row<vm_entry_malformed>({
    .code = "vm-entry-malformed",
    .severity = Severity::error,
    .refusal = Refusal::none,
    .means = "xapi drops a device of a VM's entry in silence",
    .fires = "",
    .rests_on = "",
    .remedy = "repair writes the entry anew where it is plain what was meant; else assign with "
              "replace=true.",
});

Reasons vm_entry_garbage_tail(const Analysis&, const VmAssignment& assignment) {
  return pieces(assignment,
                [](const auto& device) { return device.flaw == EntryFlaw::garbage_tail; });
}
constexpr auto vm_entry_garbage_tail_row = row<vm_entry_garbage_tail>({
    .code = "vm-entry-garbage-tail",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi ignores what stands behind an address",
    .fires = "",
    .rests_on = "",
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
    .means = "xapi reads an address that no device can have",
    .fires = "",
    .rests_on = "",
    .remedy = "Write the entry anew: assign with replace=true.",
});

Reasons vm_entry_duplicate(const Analysis&, const VmAssignment& assignment) {
  std::set<PciAddress> seen, said;
  Reasons reasons;
  for (const auto& device : assignment.entry.devices)
    if (device.read && !seen.insert(*device.address).second && said.insert(*device.address).second)
      reasons.push_back(about(assignment,
                              "the entry of " + the_vm(assignment) + " names " +
                                  device.address->text() + " more than once; it is plugged once",
                              device.address));
  return reasons;
}
constexpr auto vm_entry_duplicate_row = row<vm_entry_duplicate>({
    .code = "vm-entry-duplicate",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "a VM's entry names a device twice",
    .fires = "",
    .rests_on = "",
    .remedy = "Nothing needs to be done; the next assign or unassign drops the second.",
});

Reasons vm_order_reversed(const Analysis&, const VmAssignment& assignment) {
  std::set<std::int64_t> numbers;
  std::vector<PciAddress> written;
  for (const auto& device : assignment.entry.devices)
    if (device.read && std::ranges::count(written, *device.address) == 0) {
      numbers.insert(device.number);
      written.push_back(*device.address);
    }
  if (numbers.size() == written.size()) return {};
  const auto plugged = assignment.entry.plugged();
  std::vector<std::string> order;
  for (const auto& address : plugged) order.push_back(address.text());
  return {about(assignment,
                "devices in the entry of " + the_vm(assignment) +
                    " have the same number; they are plugged in the order " + joined(order),
                {})};
}
constexpr auto vm_order_reversed_row = row<vm_order_reversed>({
    .code = "vm-order-reversed",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .means = "xapi plugs devices with the same number in reverse order",
    .fires = "",
    .rests_on = "",
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
