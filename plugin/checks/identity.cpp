#include <algorithm>
#include <map>
#include <set>

#include "plugin/checks/function_words.hpp"
#include "plugin/checks/groups.hpp"
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

/// What names an address: the rule, the entries of VMs that may start here.
struct Namers {
  bool rule = false;
  std::vector<const VmAssignment*> assignments{};

  bool none() const { return !rule && assignments.empty(); }
};

/// An identity, where its device is now, and what names its address.
struct Meant {
  const Identity& identity;
  const Located& located;
  const Namers& by;
};

/// Asks `add` of each identity whose address is named.
template <typename Add>
Reasons of_identities(const Analysis& host, Add add) {
  if (host.snapshot().unreadable.contains(identities_file))
    return {
        {"it cannot be told whether the rules and the VMs' entries still name the devices that "
         "they were made for: " +
             host.snapshot().unreadable.at(identities_file),
         identities_file, FindingState::unknown}};
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

std::string entry_of(const VmAssignment& assignment) {
  return "the entry of the VM '" + assignment.vm->name + "'";
}

std::string rule_and_entries(const Namers& by) {
  const auto count = by.assignments.size();
  if (count == 0) return "the rule";
  return std::string(by.rule ? "the rule and " : "") +
         (count == 1 ? entry_of(*by.assignments.front())
                     : "the entries of " + std::to_string(count) + " VMs");
}

std::string made_for(const Identity& identity, const std::string& who, bool many) {
  return who + " for " + identity.address.text() + (many ? " were" : " was") + " made for " +
         in_quotes(identity.name);
}

std::string made_for(const Meant& meant) {
  return made_for(meant.identity, rule_and_entries(meant.by),
                  (meant.by.rule ? 1 : 0) + meant.by.assignments.size() > 1);
}

void add(const Meant& meant, std::string message, Reasons& reasons) {
  reasons.push_back(
      {std::move(message), identities_file, FindingState::found, meant.identity.address});
}

/// ", and is now for 'X'"; "" where nothing else is at the address, or it cannot be told.
std::string now_for(const Analysis& host, const Meant& meant) {
  const bool is_other = meant.located.whereabouts == Whereabouts::moved ||
                        meant.located.whereabouts == Whereabouts::gone;
  const Function* function = is_other ? host.find(meant.identity.address) : nullptr;
  if (!function) return "";
  const auto now = identity_of(host.snapshot(), *function);
  if (!now) return ", and is now for another device";
  if (now->name != meant.identity.name) return ", and is now for " + in_quotes(now->name);
  const auto difference = difference_of(meant.identity, *now);
  return " (" + difference.was + "), and is now for another one (" + difference.is + ")";
}

Reasons identity_changed(const Analysis& host) {
  return of_identities(host, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(host, meant);
    if (meant.by.rule && !now.empty())
      add(meant, made_for(meant.identity, "the rule", false) + now, reasons);
  });
}
constexpr auto identity_changed_row = row<identity_changed>({
    .code = "identity-changed",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .concern = Concern::both,
    .means = "the address that a rule names is another device now",
    .fires = "",
    .rests_on = "",
    .remedy =
        "repair follows a device that moved; hide the address again if the new device is meant.",
});

Reasons identity_moved(const Analysis& host) {
  return of_identities(host, [](const Meant& meant, Reasons& reasons) {
    if (meant.located.whereabouts == Whereabouts::moved)
      add(meant,
          made_for(meant) + ", which is now " + texts(meant.located.candidates) + ": " +
              meant.located.why,
          reasons);
  });
}
constexpr auto identity_moved_row = row<identity_moved>({
    .code = "identity-moved",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means = "the device that a rule or a VM's entry was made for has another address now",
    .fires = "",
    .rests_on = "",
    .remedy = "See what repair dry-run=true would do, then repair.",
});

Reasons identity_ambiguous(const Analysis& host) {
  return of_identities(host, [](const Meant& meant, Reasons& reasons) {
    const auto& [whereabouts, candidates, why, may_be_here] = meant.located;
    if (whereabouts != Whereabouts::ambiguous) return;
    add(meant,
        made_for(meant) + ", which may be " + (may_be_here ? "there still, or " : "") +
            (candidates.empty() ? "gone" : texts(candidates)) + " now: " + why,
        reasons);
  });
}
constexpr auto identity_ambiguous_row = row<identity_ambiguous>({
    .code = "identity-ambiguous",
    .severity = Severity::warn,
    .refusal = Refusal::none,
    .concern = Concern::both,
    .means =
        "the device that a rule or a VM's entry was made for cannot be told from others like it",
    .fires = "",
    .rests_on = "",
    .remedy = "Look which one is meant (list), hide and assign that one, and unhide this address.",
});

Reasons vm_identity_changed(const Analysis& host) {
  return of_identities(host, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(host, meant);
    if (now.empty()) return;
    for (const auto* assignment : meant.by.assignments) {
      add(meant, made_for(meant.identity, entry_of(*assignment), false) + now, reasons);
      reasons.back().vm = assignment->vm->uuid;
    }
  });
}
constexpr auto vm_identity_changed_row = row<vm_identity_changed>({
    .code = "vm-identity-changed",
    .severity = Severity::block,
    .refusal = Refusal::acceptable,
    .means = "the address that a VM's entry names is another device now",
    .fires = "",
    .rests_on = "",
    .remedy =
        "repair follows a device that moved; assign the address again if the new device is meant.",
});

}  // namespace

std::span<const Check> identity() {
  static constexpr Check rows[] = {identity_changed_row, identity_moved_row, identity_ambiguous_row,
                                   vm_identity_changed_row};
  return rows;
}

}  // namespace pci_passthrough::checks
