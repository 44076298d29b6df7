#include "plugin/plans/hide.hpp"

#include <algorithm>

#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/plans/devices.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

bool some_rule_names(const Snapshot& snapshot, const std::vector<std::size_t>& entries,
                     const PciAddress& address) {
  return std::ranges::any_of(entries, [&](std::size_t i) {
    const auto rules = rules_of(snapshot, snapshot.boot.file.entries[i]);
    return rules && std::ranges::count(*rules, address) != 0;
  });
}

/// The named devices, and those that a rule names and that are not to stay.
std::vector<PciAddress> with_replaced(const Snapshot& snapshot,
                                      const std::vector<std::size_t>& entries,
                                      std::vector<PciAddress> devices) {
  for (const auto i : entries)
    for (const auto& rule : rules_of(snapshot, snapshot.boot.file.entries[i]).value_or(Addresses()))
      add_once(devices, rule);
  return devices;
}

void check_unhidable(const Snapshot& snapshot, const std::vector<std::size_t>& edited,
                     const std::vector<PciAddress>& devices, const PciAddress& address) {
  const Function* function = snapshot.find(address);
  if (!function && !some_rule_names(snapshot, edited_entries(snapshot.boot, true), address))
    throw no_such_device(address, ", and no rule names it");
  if (!function) return;
  for (const auto& bridge : function->path)
    if (some_rule_names(snapshot, edited, bridge) && std::ranges::count(devices, bridge) == 0)
      throw misuse(address.text() + " is hidden by the rule on the bridge " + bridge.text() +
                   " above it; unhide that one");
}

}  // namespace

Decision hide_devices(const Snapshot& snapshot, const std::vector<PciAddress>& devices,
                      const EditTerms& terms, const Caller& caller) {
  for (const auto& device : devices) {
    if (!snapshot.find(device)) throw no_such_device(device, "");
    check_nameable(device);
  }
  const auto entries = edited_entries(snapshot.boot, terms.all_entries);
  if (terms.replace)
    return decide(snapshot, text_hiding_only(snapshot, entries, devices),
                  with_replaced(snapshot, entries, devices), terms.accepted, caller);
  return decide(snapshot, text_hiding(snapshot, entries, devices), devices, terms.accepted, caller);
}

Decision unhide_devices(const Snapshot& snapshot, const std::vector<PciAddress>& devices,
                        const EditTerms& terms, const Caller& caller) {
  const auto entries = edited_entries(snapshot.boot, terms.all_entries);
  if (!snapshot.boot.file.trouble)
    for (const auto& device : devices) check_unhidable(snapshot, entries, devices, device);
  return decide(snapshot, text_unhiding(snapshot, entries, devices), devices, terms.accepted,
                caller);
}

Decision restore_backup(const Snapshot& snapshot, const std::string& id, const EditTerms& terms,
                        const Caller& caller) {
  const auto backup = std::ranges::find(snapshot.backups, id, &Backup::id);
  if (backup == snapshot.backups.end())
    throw misuse("there is no backup '" + id + "'; backups lists them");
  if (backup->path != snapshot.boot.path)
    throw misuse("the backup '" + id + "' is one of " + backup->path + ", but this host boots by " +
                 snapshot.boot.path);
  return decide(snapshot, backup->content, {}, terms.accepted, caller);
}

}  // namespace pci_passthrough
