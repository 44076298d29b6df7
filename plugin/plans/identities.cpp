#include "plugin/plans/identities.hpp"

#include <algorithm>
#include <iterator>
#include <map>

#include "plugin/model/vms.hpp"
#include "plugin/plans/rules.hpp"

namespace pci_passthrough {
namespace {

using AddressSet = std::set<PciAddress>;

/// A hidden function shows no MAC and no disk: what was seen of it before still holds.
Identity brought_up_to_date(Identity now, const Identity& known) {
  for (const auto& id : known.stable_ids) {
    const auto category = id.substr(0, id.find(' ') + 1);
    const bool seen_again = std::ranges::any_of(
        now.stable_ids, [&](const auto& other) { return other.starts_with(category); });
    const bool is_shared = now.shared_ids && now.shared_ids->contains(id);
    if (!seen_again && !is_shared) now.stable_ids.insert(id);
  }
  return now;
}

/// What names an address of this host.
struct Named {
  AddressSet here;  ///< rules, and the entries of VMs that start here: to be remembered
  AddressSet all;   ///< of VMs too that may start elsewhere, or cannot be told: not to be forgotten
};

Named addresses_named(const Analysis& host) {
  Named named;
  for (const auto i : host.rules().editable)
    if (const auto rules = rules_of(host, i)) named.here.insert(rules->begin(), rules->end());
  for (const auto& assignment : host.vms().assignments) {
    const auto plugged = assignment.entry.plugged();
    if (!assignment.may_be_here()) continue;
    (assignment.place == Place::here ? named.here : named.all)
        .insert(plugged.begin(), plugged.end());
  }
  if (!vms_are_known(host.snapshot()))
    for (const auto& identity : host.snapshot().identities) named.all.insert(identity.address);
  named.all.insert(named.here.begin(), named.here.end());
  return named;
}

/// What was known, and where its device is.
struct Known {
  const Identity* identity = nullptr;
  const Located* located = nullptr;

  explicit operator bool() const { return identity != nullptr; }
  bool is(Whereabouts whereabouts) const { return identity && located->whereabouts == whereabouts; }
};

class Memory {
 public:
  explicit Memory(const Analysis& before) {
    for (std::size_t i = 0; i < before.located().size(); ++i) {
      const Known known{&before.snapshot().identities[i], &before.located()[i]};
      all_.emplace(known.identity->address, known);
      if (known.is(Whereabouts::moved)) moved_.emplace(known.located->candidates.front(), known);
    }
  }

  Known of(const PciAddress& address) const { return found(all_, address); }
  Known moved_to(const PciAddress& address) const { return found(moved_, address); }

 private:
  using ByAddress = std::map<PciAddress, Known>;  ///< the first at each
  static Known found(const ByAddress& all, const PciAddress& address) {
    const auto known = all.find(address);
    return known == all.end() ? Known() : known->second;
  }

  ByAddress all_, moved_;
};

/// What is there now at what is named, and where what moved away from there went.
IdentitiesAt seen_now(const Analysis& before, const Analysis& after, AddressSet addresses) {
  for (const auto& one : before.located())
    if (one.whereabouts == Whereabouts::moved) addresses.insert(one.candidates.front());
  return identities_at(after.snapshot(), addresses);
}

/// The old address of a device that stays named: where its new one is remembered too, the same is
/// remembered at both.
Identity at_old_address(const IdentitiesAt& seen, const Known& own) {
  const auto there = seen.find(own.located->candidates.front());
  if (there == seen.end()) return *own.identity;
  auto identity = brought_up_to_date(there->second, *own.identity);
  identity.address = own.identity->address;
  return identity;
}

}  // namespace

std::optional<Remember> to_remember(const Analysis& before, const Analysis& after,
                                    const std::vector<PciAddress>& asked_for,
                                    const std::set<PciAddress>& suspect) {
  const Memory memory(before);
  const auto named = addresses_named(after);
  const auto is_asked = [&](const auto& one) { return std::ranges::count(asked_for, one) != 0; };
  const auto is_followed = [&](const Known& own) {
    if (!own.is(Whereabouts::moved)) return false;
    const auto& to = own.located->candidates.front();
    const auto there = memory.of(to);
    return named.all.contains(to) &&
           (is_asked(to) || !there || is_same_device(*there.identity, *own.identity));
  };
  const auto seen = seen_now(before, after, named.all);
  Remember remember;
  for (const auto& address : named.all) {
    const auto here = seen.find(address);
    const auto* now = here == seen.end() ? nullptr : &here->second;
    const auto own = memory.of(address), moved = memory.moved_to(address);
    const bool is_asked_for = is_asked(address);
    const bool is_new = !own && named.here.contains(address) && !suspect.contains(address);
    if (now && moved && (is_asked_for || !own))
      remember.all.push_back(brought_up_to_date(*now, *moved.identity));
    else if (now && own.is(Whereabouts::here))
      remember.all.push_back(brought_up_to_date(*now, *own.identity));
    else if (now && (is_asked_for || is_new))
      remember.all.push_back(*now);
    else if (is_followed(own))
      remember.all.push_back(at_old_address(seen, own));
    else if (own)
      remember.all.push_back(*own.identity);
    else
      continue;
    if (!own) remember.added.push_back(address);
  }
  const auto& known = before.snapshot().identities;
  if (remember.all == known) return std::nullopt;
  AddressSet kept;
  for (const auto& one : remember.all) kept.insert(one.address);
  std::ranges::copy_if(known, std::back_inserter(remember.forgotten),
                       [&](const auto& one) { return !kept.contains(one.address); });
  return remember;
}

std::vector<Identity> with_others(std::vector<Identity> known,
                                  const std::vector<Identity>& others) {
  AddressSet here;
  for (const auto& one : known) here.insert(one.address);
  for (const auto& one : others)
    if (here.insert(one.address).second) known.push_back(one);
  std::ranges::sort(known, {}, &Identity::address);
  return known;
}

bool may_remember(const Snapshot& snapshot) {
  return !snapshot.unreadable.contains(identities_file) && !snapshot.keeps_identities;
}

std::optional<Remember> to_remember(const Analysis& before, const Analysis& after,
                                    const std::vector<PciAddress>& asked_for,
                                    const std::vector<Finding>& findings) {
  const bool is_told = before.boot().unreadable.empty() && !after.boot().file.error &&
                       may_remember(before.snapshot());
  if (!is_told) return std::nullopt;
  AddressSet suspect;
  for (const auto& finding : findings)
    if (finding.severity == Severity::block && finding.device) suspect.insert(*finding.device);
  return to_remember(before, after, asked_for, suspect);
}

}  // namespace pci_passthrough
