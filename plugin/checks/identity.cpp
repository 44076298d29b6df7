#include <algorithm>
#include <map>
#include <set>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/entries.hpp"

namespace pci_passthrough::checks {
namespace {

std::set<PciAddress> addresses_in_rules(const Boot& boot) {
  std::set<PciAddress> addresses;
  for (const auto i : unattended_entries(boot))
    for (const auto& rule : list_of(boot, boot.file.entries[i]).rules)
      if (rule.device && rule.function)
        addresses.insert({rule.segment, rule.bus, *rule.device, *rule.function});
  return addresses;
}

/// What names an address: the rule, the entries of VMs that may start here.
struct Namers {
  bool rule = false;
  std::vector<const VmWish*> wishes{};

  bool none() const { return !rule && wishes.empty(); }
};

/// An identity, where its device is now, and what names its address.
struct Meant {
  const Identity& identity;
  const Located& located;
  const Namers& by;
};

/// Asks `add` of each identity whose address is named.
template <typename Add>
Reasons of_identities(const Snapshot& snapshot, Add add) {
  if (snapshot.unreadable.contains(identities_file))
    return {
        {"it cannot be told whether the rules and the VMs' entries still name the devices that "
         "they were made for: " +
             snapshot.unreadable.at(identities_file),
         identities_file, FindingState::unknown}};
  Reasons reasons;
  if (snapshot.identities.empty()) return reasons;
  const auto ruled = addresses_in_rules(snapshot.boot);
  const auto wishes = wishes_of(snapshot);
  std::map<PciAddress, Namers> named;
  for (const auto& identity : snapshot.identities)
    named[identity.address].rule = ruled.contains(identity.address);
  for (const auto& wish : wishes)
    if (wish.may_be_here())
      for (const auto& address : wish.entry.plugged())
        if (const auto found = named.find(address); found != named.end())
          found->second.wishes.push_back(&wish);
  const auto located = locate(snapshot);
  for (std::size_t i = 0; i < located.size(); ++i) {
    const auto& identity = snapshot.identities[i];
    if (const auto& by = named.at(identity.address); !by.none())
      add(Meant{identity, located[i], by}, reasons);
  }
  return reasons;
}

std::string entry_of(const VmWish& wish) { return "the entry of the VM '" + wish.vm->name + "'"; }

std::string rule_and_entries(const Namers& by) {
  const auto count = by.wishes.size();
  if (count == 0) return "the rule";
  return std::string(by.rule ? "the rule and " : "") +
         (count == 1 ? entry_of(*by.wishes.front())
                     : "the entries of " + std::to_string(count) + " VMs");
}

std::string made_for(const Identity& identity, const std::string& who, bool many) {
  return who + " for " + identity.address.text() + (many ? " were" : " was") + " made for " +
         in_quotes(identity.name);
}

std::string made_for(const Meant& meant) {
  return made_for(meant.identity, rule_and_entries(meant.by),
                  (meant.by.rule ? 1 : 0) + meant.by.wishes.size() > 1);
}

void add(const Meant& meant, std::string message, Reasons& reasons) {
  reasons.push_back(
      {std::move(message), identities_file, FindingState::found, meant.identity.address});
}

/// ", and is now for 'X'"; "" where nothing else is at the address, or it cannot be told.
std::string now_for(const Snapshot& snapshot, const Meant& meant) {
  const bool is_other = meant.located.whereabouts == Whereabouts::moved ||
                        meant.located.whereabouts == Whereabouts::gone;
  const Function* function = is_other ? snapshot.find(meant.identity.address) : nullptr;
  if (!function) return "";
  const auto now = identity_of(snapshot, *function);
  if (!now) return ", and is now for another device";
  if (now->name != meant.identity.name) return ", and is now for " + in_quotes(now->name);
  const auto difference = difference_of(meant.identity, *now);
  return " (" + difference.was + "), and is now for another one (" + difference.is + ")";
}

}  // namespace

Reasons is_another_device(const Snapshot& snapshot) {
  return of_identities(snapshot, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(snapshot, meant);
    if (meant.by.rule && !now.empty())
      add(meant, made_for(meant.identity, "the rule", false) + now, reasons);
  });
}

Reasons is_another_device_for_vm(const Snapshot& snapshot) {
  return of_identities(snapshot, [&](const Meant& meant, Reasons& reasons) {
    const auto now = now_for(snapshot, meant);
    if (now.empty()) return;
    for (const auto* wish : meant.by.wishes) {
      add(meant, made_for(meant.identity, entry_of(*wish), false) + now, reasons);
      reasons.back().vm = wish->vm->uuid;
    }
  });
}

Reasons has_moved(const Snapshot& snapshot) {
  return of_identities(snapshot, [](const Meant& meant, Reasons& reasons) {
    if (meant.located.whereabouts == Whereabouts::moved)
      add(meant,
          made_for(meant) + ", which is now " + texts(meant.located.candidates) + ": " +
              meant.located.why,
          reasons);
  });
}

Reasons may_be_one_of_several(const Snapshot& snapshot) {
  return of_identities(snapshot, [](const Meant& meant, Reasons& reasons) {
    const auto& [whereabouts, candidates, why, may_be_here] = meant.located;
    if (whereabouts != Whereabouts::ambiguous) return;
    add(meant,
        made_for(meant) + ", which may be " + (may_be_here ? "there still, or " : "") +
            (candidates.empty() ? "gone" : texts(candidates)) + " now: " + why,
        reasons);
  });
}

}  // namespace pci_passthrough::checks
