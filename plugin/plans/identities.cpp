#include "plugin/plans/identities.hpp"

#include <algorithm>

#include "plugin/model/entries.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

/// A hidden function shows no MAC and no disk: what was seen of it before still holds.
Identity brought_up_to_date(Identity now, const Identity& known) {
  for (const auto& mark : known.marks) {
    const auto category = mark.substr(0, mark.find(' ') + 1);
    const bool seen_again = std::ranges::any_of(
        now.marks, [&](const auto& other) { return other.starts_with(category); });
    if (!seen_again) now.marks.insert(mark);
  }
  return now;
}

std::set<PciAddress> addresses_named(const Snapshot& snapshot) {
  std::set<PciAddress> addresses;
  for (const auto i : edited_entries(snapshot.boot, true))
    if (const auto rules = rules_of(snapshot, snapshot.boot.file.entries[i]))
      addresses.insert(rules->begin(), rules->end());
  return addresses;
}

/// What is known of the device that this address names: by this very address, or by the one that it
/// came from.
struct Known {
  const Identity* identity = nullptr;
  bool fits = false;
};
Known known_at(const Snapshot& snapshot, const std::vector<Located>& located,
               const PciAddress& address) {
  Known known;
  for (std::size_t i = 0; i < located.size(); ++i) {
    const Identity& identity = snapshot.identities[i];
    if (located[i].whereabouts == Whereabouts::moved && located[i].candidates.front() == address)
      return {&identity, true};
    if (identity.address == address)
      known = {&identity, located[i].whereabouts == Whereabouts::here};
  }
  return known;
}

}  // namespace

std::optional<Remember> to_remember(const Snapshot& before, const Snapshot& after,
                                    const std::vector<PciAddress>& named,
                                    const std::set<PciAddress>& suspect) {
  const auto located = locate(before);
  Remember remember;
  for (const auto& address : addresses_named(after)) {
    const Function* function = after.find(address);
    const auto now = function ? identity_of(after, *function) : std::nullopt;
    const auto known = known_at(before, located, address);
    const bool had_one = known.identity && known.identity->address == address;
    const bool is_named = std::ranges::count(named, address) != 0;
    if (now && known.identity && known.fits)
      remember.all.push_back(brought_up_to_date(*now, *known.identity));
    else if (now && (is_named || (!had_one && !suspect.contains(address))))
      remember.all.push_back(*now);
    else if (had_one)
      remember.all.push_back(*known.identity);
    else
      continue;
    if (!had_one) remember.added.push_back(address);
  }
  if (remember.all == before.identities) return std::nullopt;
  return remember;
}

}  // namespace pci_passthrough
