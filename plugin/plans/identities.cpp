#include "plugin/plans/identities.hpp"

#include <algorithm>

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
  explicit Memory(const Analysis& before)
      : identities_(before.snapshot().identities), located_(before.located()) {}

  Known of(const PciAddress& address) const {
    for (std::size_t i = 0; i < located_.size(); ++i)
      if (identities_[i].address == address) return {&identities_[i], &located_[i]};
    return {};
  }
  Known moved_to(const PciAddress& address) const {
    for (std::size_t i = 0; i < located_.size(); ++i)
      if (located_[i].whereabouts == Whereabouts::moved &&
          located_[i].candidates.front() == address)
        return {&identities_[i], &located_[i]};
    return {};
  }

 private:
  const std::vector<Identity>& identities_;
  const std::vector<Located>& located_;
};

std::optional<Identity> seen_at(const Analysis& host, const PciAddress& address) {
  const Function* function = host.find(address);
  return function ? identity_of(host.snapshot(), *function) : std::nullopt;
}

/// The old address of a device that stays named: where its new one is remembered too, the same is
/// remembered at both.
Identity at_old_address(const Analysis& after, const Known& own) {
  const auto there = seen_at(after, own.located->candidates.front());
  if (!there) return *own.identity;
  auto identity = brought_up_to_date(*there, *own.identity);
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
  Remember remember;
  for (const auto& address : named.all) {
    const auto now = seen_at(after, address);
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
      remember.all.push_back(at_old_address(after, own));
    else if (own)
      remember.all.push_back(*own.identity);
    else
      continue;
    if (!own) remember.added.push_back(address);
  }
  if (remember.all == before.snapshot().identities) return std::nullopt;
  return remember;
}

std::optional<Remember> to_remember(const Analysis& before, const Analysis& after,
                                    const std::vector<PciAddress>& asked_for,
                                    const std::vector<Finding>& findings) {
  const bool is_told = before.boot().unreadable.empty() && !after.boot().file.error &&
                       !before.snapshot().unreadable.contains(identities_file);
  if (!is_told) return std::nullopt;
  AddressSet suspect;
  for (const auto& finding : findings)
    if (finding.severity == Severity::block && finding.device) suspect.insert(*finding.device);
  return to_remember(before, after, asked_for, suspect);
}

}  // namespace pci_passthrough
