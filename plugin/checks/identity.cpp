#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
#include "plugin/checks/identity_words.hpp"
#include "plugin/checks/row.hpp"

namespace pci_passthrough::checks {
namespace {

std::set<PciAddress> addresses_in_rules(const Analysis& host) {
  std::set<PciAddress> addresses;
  for (const auto i : host.rules().unattended)
    for (const auto& rule : host.rules().entries[i].in_effect.rules)
      if (rule.device && rule.function)
        addresses.insert({rule.segment, rule.bus, *rule.device, *rule.function});
  return addresses;
}

/// Asks `add` of each identity whose address is named.
template <typename Add>
Reasons of_identities(const Analysis& host, Add add) {
  const auto& unreadable = host.snapshot().unreadable;
  if (const auto why = unreadable.find(identities_file); why != unreadable.end())
    return {{.message = fmt::format("Unknown whether the rules and the VMs' entries still name the "
                                    "devices that they were made for: cannot read {} ({}).",
                                    identities_file, why->second),
             .evidence = identities_file,
             .state = FindingState::unknown,
             .remedy = Remedy{fmt::format("Check the disk of {}; if the file is damaged, rename it "
                                          "and hide the devices again.",
                                          identities_file)}}};
  Reasons reasons;
  if (host.snapshot().identities.empty()) return reasons;
  const auto ruled = addresses_in_rules(host);
  std::map<PciAddress, Namers> named;
  for (const auto& identity : host.snapshot().identities)
    named[identity.address].rule = ruled.contains(identity.address);
  for (auto& [address, by] : named)
    if (const auto wanting = host.vms().by_device.find(address);
        wanting != host.vms().by_device.end())
      by.assignments = wanting->second;
  const auto& located = host.located();
  for (std::size_t i = 0; i < located.size(); ++i) {
    const auto& identity = host.snapshot().identities[i];
    if (const auto& by = named.at(identity.address); !by.none())
      add(Meant{identity, located[i], by}, reasons);
  }
  return reasons;
}

Reason about(const Meant& meant, std::string message, Remedy remedy) {
  return {.message = std::move(message),
          .evidence = identities_file,
          .device = meant.identity.address,
          .remedy = std::move(remedy)};
}

Reasons identity_changed(const Analysis& host) {
  return of_identities(host, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(host, meant);
    if (!meant.by.rule || now.empty()) return;
    const bool moved = meant.located.whereabouts == Whereabouts::moved;
    reasons.push_back(about(meant,
                            fmt::format("The rule for {} was made for '{}'{}.",
                                        meant.identity.address.text(), meant.identity.name, now),
                            moved ? follow_it(host, meant) : hide_it_or_not(meant)));
  });
}
constexpr auto identity_changed_row = row<identity_changed>({
    .code = "identity-changed",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .concern = Concern::both,
    .means = "A hide rule's address belongs to another device now.",
    .fires = "Another device is at an address that a rule of an entry which boots by itself "
             "names, and the one that was there when the rule was made has moved or is gone. "
             "Unknown when /var/lib/pci-passthrough/devices.json cannot be read.",
    .rests_on = "Bus numbers shift when a card comes or goes; ids, class, place and serial number "
                "stay (plugin/model/README.md, \"When an address moves\").",
    .remedy = "Let repair follow a device that moved; else unhide the address, or hide it again if "
              "the new device is meant.",
});

Reasons identity_moved(const Analysis& host) {
  return of_identities(host, [&](const Meant& meant, Reasons& reasons) {
    if (meant.located.whereabouts != Whereabouts::moved) return;
    reasons.push_back(about(meant,
                            fmt::format("{}, which is at {} now ({}).", made_for(meant),
                                        texts(meant.located.candidates), meant.located.why),
                            follow_it(host, meant)));
  });
}
constexpr auto identity_moved_row = row<identity_moved>({
    .code = "identity-moved",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device that a hide rule or a VM's entry was made for has another address now.",
    .fires =
        "A device that is named by a rule of an entry which boots by itself, or by a VM "
        "that may start here, is found at another address: by its serial number, MAC address "
        "or disk, by its place, or as the only one of its kind. Unknown like identity-changed.",
    .rests_on = "Bus numbers shift when a card comes or goes; ids, class, place and serial number "
                "stay (plugin/model/README.md, \"When an address moves\").",
    .remedy = "See what would change: pci-passthrough repair dry-run=true. Then have it follow the "
              "device: pci-passthrough repair.",
});

Reasons identity_ambiguous(const Analysis& host) {
  return of_identities(host, [](const Meant& meant, Reasons& reasons) {
    const auto& [whereabouts, candidates, why, may_be_here] = meant.located;
    if (whereabouts != Whereabouts::ambiguous) return;
    reasons.push_back(
        about(meant,
              fmt::format("Unknown which device is meant. {}, and that may be {}{} now ({}).",
                          made_for(meant), may_be_here ? "there still, or " : "",
                          candidates.empty() ? "gone" : "at " + texts(candidates), why),
              look_at(meant)));
  });
}
constexpr auto identity_ambiguous_row = row<identity_ambiguous>({
    .code = "identity-ambiguous",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "The device that a hide rule or a VM's entry was made for is one of several alike.",
    .fires = "Devices have come, gone or moved, and several now fit what was remembered of the "
             "device of a rule or a VM's entry, or one fits that may be another. Unknown like "
             "identity-changed.",
    .rests_on = "Two cards of a model without serial numbers differ in their place alone, and a "
                "hidden device shows no MAC address and no disk (plugin/model/README.md, \"When an "
                "address moves\").",
    .remedy = "Find out which one is meant (pci-passthrough list), hide it and assign it anew.",
});

Reasons vm_identity_changed(const Analysis& host) {
  return of_identities(host, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(host, meant);
    if (now.empty()) return;
    const bool moved = meant.located.whereabouts == Whereabouts::moved;
    for (const auto* assignment : meant.by.assignments) {
      reasons.push_back(
          about(meant,
                fmt::format("The {} for {} was made for '{}'{}.", entry_of(*assignment),
                            meant.identity.address.text(), meant.identity.name, now),
                moved && repair_follows(meant) ? follow_it(host, meant)
                                               : assign_it_or_not(meant, *assignment)));
      reasons.back().vm = assignment->vm->uuid;
    }
  });
}
constexpr auto vm_identity_changed_row = row<vm_identity_changed>({
    .code = "vm-identity-changed",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "The address in a VM's entry belongs to another device now.",
    .fires = "Another device is at an address that a VM which may start here names, and the "
             "one that was there when it was assigned has moved or is gone. Unknown like "
             "identity-changed, which then says so.",
    .rests_on = "xapi keeps the address alone, and xenopsd takes whatever is there "
                "(plugin/model/README.md, \"What a VM's start does\", \"When an address moves\").",
    .remedy =
        "Let repair follow a device that moved; else unassign the address, or assign it again "
        "if the new device is meant.",
});

}  // namespace

std::span<const Check> identity() {
  static constexpr Check rows[] = {identity_changed_row, identity_moved_row, identity_ambiguous_row,
                                   vm_identity_changed_row};
  return rows;
}

}  // namespace pci_passthrough::checks
