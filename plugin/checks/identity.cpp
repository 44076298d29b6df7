#include <algorithm>
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

/// Asks `ask` of each identity that a rule stands for, and of where its device is now; "" is no
/// reason.
template <typename Ask>
Reasons of_identities(const Snapshot& snapshot, Ask ask) {
  if (snapshot.unreadable.contains(identities_file))
    return {
        {"it cannot be told whether the rules still name the devices that they were made for: " +
             snapshot.unreadable.at(identities_file),
         identities_file, FindingState::unknown}};
  Reasons reasons;
  const auto ruled = addresses_in_rules(snapshot.boot);
  const auto located = locate(snapshot);
  for (std::size_t i = 0; i < located.size(); ++i) {
    const Identity& identity = snapshot.identities[i];
    if (!ruled.contains(identity.address)) continue;
    const auto message = ask(identity, located[i]);
    if (!message.empty())
      reasons.push_back({message, identities_file, FindingState::found, identity.address});
  }
  return reasons;
}

std::string made_for(const Identity& identity) {
  return "the rule for " + identity.address.text() + " was made for " + in_quotes(identity.name);
}

}  // namespace

Reasons is_another_device(const Snapshot& snapshot) {
  return of_identities(snapshot, [&](const Identity& identity, const Located& located) {
    const Function* now = snapshot.find(identity.address);
    if (!now || located.whereabouts == Whereabouts::here ||
        located.whereabouts == Whereabouts::ambiguous)
      return std::string();
    return made_for(identity) + ", and is now for " +
           in_quotes(now->device.empty() ? "another device" : now->device);
  });
}

Reasons has_moved(const Snapshot& snapshot) {
  return of_identities(snapshot, [](const Identity& identity, const Located& located) {
    return located.whereabouts != Whereabouts::moved
               ? ""
               : made_for(identity) + ", which is now " + texts(located.candidates);
  });
}

Reasons may_be_one_of_several(const Snapshot& snapshot) {
  return of_identities(snapshot, [](const Identity& identity, const Located& located) {
    return located.whereabouts != Whereabouts::ambiguous
               ? ""
               : made_for(identity) + ", which may be " + texts(located.candidates) +
                     " now: nothing tells these apart";
  });
}

}  // namespace pci_passthrough::checks
