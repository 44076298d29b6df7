#include <algorithm>
#include <set>

#include "plugin/checks/checks.hpp"
#include "plugin/model/entry_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {
namespace {

std::string whose(const VmWish& wish) { return "the VM '" + wish.vm->name + "'"; }

Reason about(const VmWish& wish, std::string message, std::optional<PciAddress> device) {
  return {std::move(message), evidence_in(*wish.vm, "other_config:pci"), FindingState::found,
          device};
}

template <typename Is>
Reasons pieces(const VmWish& wish, Is is) {
  Reasons reasons;
  for (const auto& device : wish.entry.devices)
    if (is(device))
      reasons.push_back(
          about(wish, "the entry of " + whose(wish) + ": " + misreading(device), device.address));
  return reasons;
}

}  // namespace

Reasons entry_is_dropped(const Snapshot&, const VmWish& wish) {
  return pieces(wish, [](const auto& device) { return !device.read; });
}

Reasons entry_has_garbage(const Snapshot&, const VmWish& wish) {
  return pieces(wish, [](const auto& device) { return device.flaw == EntryFlaw::garbage_tail; });
}

Reasons entry_is_out_of_range(const Snapshot&, const VmWish& wish) {
  return pieces(wish, [](const auto& device) { return device.flaw == EntryFlaw::out_of_range; });
}

Reasons entry_names_device_twice(const Snapshot&, const VmWish& wish) {
  std::set<PciAddress> seen, said;
  Reasons reasons;
  for (const auto& device : wish.entry.devices)
    if (device.read && !seen.insert(*device.address).second && said.insert(*device.address).second)
      reasons.push_back(about(wish,
                              "the entry of " + whose(wish) + " names " + device.address->text() +
                                  " more than once; it is plugged once",
                              device.address));
  return reasons;
}

Reasons entry_order_is_reversed(const Snapshot&, const VmWish& wish) {
  std::set<std::int64_t> numbers;
  std::vector<PciAddress> written;
  for (const auto& device : wish.entry.devices)
    if (device.read && std::ranges::count(written, *device.address) == 0) {
      numbers.insert(device.number);
      written.push_back(*device.address);
    }
  if (numbers.size() == written.size()) return {};
  const auto plugged = wish.entry.plugged();
  std::vector<std::string> order;
  for (const auto& address : plugged) order.push_back(address.text());
  return {about(wish,
                "devices in the entry of " + whose(wish) +
                    " have the same number; they are plugged in the order " + joined(order),
                {})};
}

}  // namespace pci_passthrough::checks
