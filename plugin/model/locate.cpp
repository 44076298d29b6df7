#include <algorithm>
#include <array>
#include <map>
#include <span>

#include "plugin/model/match.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {
namespace {

struct Found {
  Located located;
  MatchResult by = MatchResult::none;

  bool moved() const { return located.whereabouts == Whereabouts::moved; }
  const PciAddress& to() const { return located.candidates.front(); }
};

bool had_siblings(const Identity& meant) {
  return meant.same_model_siblings && !meant.same_model_siblings->empty();
}

bool is_sibling(const Identity& meant, const Identity& now) {
  return meant.same_model_siblings &&
         std::ranges::count(*meant.same_model_siblings, now.seat()) != 0;
}

/// Is this enough to say that the device moved, where so many of its kind are there now?
bool is_enough(MatchResult by, const Identity& meant, std::size_t present) {
  const bool as_many =
      meant.same_model_siblings && present == meant.same_model_siblings->size() + 1;
  switch (by) {
    case MatchResult::stable_id:
      return true;
    case MatchResult::topology:
      return !meant.root.empty() && meant.same_model_siblings && (as_many || !had_siblings(meant));
    case MatchResult::model:
      return as_many && !had_siblings(meant);
    case MatchResult::none:
      break;
  }
  return false;
}

std::string_view category_of(std::string_view id) { return id.substr(0, id.find(' ')); }

/// 0.1.0 did not note what its siblings bore, too: an id of its memory counts where no other memory
/// bears it and, where there were siblings, those that are there now each bear one of their own.
bool is_trusted(const std::string& id, const Identity& meant, const std::vector<Identity>& all,
                const std::vector<Identity>& now) {
  if (meant.shared_ids) return true;
  const bool is_borne_twice = std::ranges::any_of(all, [&](const Identity& other) {
    return &other != &meant && other.stable_ids.contains(id) && is_alike(meant, other) &&
           !is_same_device(other, meant);
  });
  if (is_borne_twice) return false;
  if (!had_siblings(meant)) return true;
  std::size_t with_one_of_their_own = 0, alike = 0;
  for (const auto& one : now) {
    if (!is_alike(meant, one)) continue;
    ++alike;
    with_one_of_their_own += std::ranges::any_of(
        one.stable_ids, [&](const auto& other) { return category_of(other) == category_of(id); });
  }
  return alike > 1 && with_one_of_their_own == alike;
}

class Search {
 public:
  explicit Search(const Snapshot& snapshot) : meant_(snapshot.identities) {
    if (!std::ranges::all_of(meant_,
                             [](const Identity& one) { return one.shared_ids.has_value(); }))
      trusted_ = snapshot.identities;
    const auto& all = snapshot.identities;
    std::set<std::string> kinds;
    for (const auto& one : meant_) kinds.insert(one.kind);
    now_ = identities_now(snapshot, kinds);
    for (std::size_t i = 0; i < trusted_.size(); ++i)
      std::erase_if(trusted_[i].stable_ids,
                    [&](const auto& id) { return !is_trusted(id, all[i], all, now_); });
    if (!trusted_.empty()) meant_ = trusted_;
    for (const auto& one : meant_) meant_at_.emplace(one.address, &one);
  }

  std::vector<Located> all() {
    for (const auto& one : meant_) found_.push_back(find(one));
    leave_contested();
    std::map<std::array<std::uint32_t, 3>, std::vector<std::size_t>> cards;
    for (std::size_t i = 0; i < meant_.size(); ++i) cards[slot_of(meant_[i].address)].push_back(i);
    for (const auto& [slot, functions] : cards) move_together(functions);
    std::vector<Located> all;
    for (auto& one : found_) all.push_back(std::move(one.located));
    return all;
  }

 private:
  static std::array<std::uint32_t, 3> slot_of(const PciAddress& address) {
    return {address.segment, address.bus, address.device};
  }

  bool is_another(const Identity& one, const Identity& now) const {
    const auto own = meant_at_.find(now.address);
    return own != meant_at_.end() && now.address != one.address &&
           match(*own->second, now) >= MatchResult::topology && !is_same_device(*own->second, one);
  }

  Found find(const Identity& meant) const {
    std::vector<PciAddress> candidates;
    auto best = MatchResult::model;
    std::size_t present = 0;
    std::string id;
    for (const auto& now : now_) {
      if (!is_alike(meant, now)) continue;
      ++present;
      const auto by = match(meant, now);
      const bool is_other =
          is_another(meant, now) || (by != MatchResult::stable_id && is_sibling(meant, now));
      if (by < best || is_other) continue;
      if (by > best) candidates.clear();
      best = by;
      candidates.push_back(now.address);
      id = common_id(meant, now);
    }
    const bool here = std::erase(candidates, meant.address) != 0;
    const bool several = candidates.size() + here > 1;
    if (here && (best >= MatchResult::topology || (!several && !had_siblings(meant))))
      return {{Whereabouts::here, {}}, best};
    if (!here && candidates.empty()) return {};
    if (here || several || !is_enough(best, meant, present))
      return {
          {Whereabouts::ambiguous, candidates, "nothing tells it from another of its kind", here}};
    const std::string why = best == MatchResult::stable_id  ? id
                            : best == MatchResult::topology ? "same place"
                                                            : "the only one of its kind";
    return {{Whereabouts::moved, candidates, why}, best};
  }

  /// One function is not found for two.
  void leave_contested() {
    const auto claims = found_;
    for (std::size_t i = 0; i < claims.size(); ++i)
      for (std::size_t j = 0; j < claims.size(); ++j)
        if (i != j && claims[i].moved() && claims[j].moved() && claims[i].to() == claims[j].to() &&
            !is_same_device(meant_[i], meant_[j]))
          found_[i] = {{Whereabouts::ambiguous, claims[i].located.candidates,
                        "more than one is taken for it"}};
  }

  /// Where the stable ids of one function tell where its card is, the others follow it; and where
  /// not all of them are there, none of them has moved.
  void move_together(const std::vector<std::size_t>& card) {
    const Found* leader = nullptr;
    for (const auto i : card)
      if (found_[i].moved() && (!leader || found_[i].by > leader->by)) leader = &found_[i];
    if (!leader) return;
    const auto [to, by] = std::pair(leader->to(), leader->by);
    bool is_whole = true;
    for (const auto i : card) {
      if (!found_[i].moved() && by == MatchResult::stable_id) follow(i, to);
      is_whole = is_whole && found_[i].moved() && slot_of(found_[i].to()) == slot_of(to);
    }
    for (const auto i : card)
      if (!is_whole && found_[i].moved())
        found_[i] = {{Whereabouts::ambiguous, found_[i].located.candidates,
                      "not every function of its card is there"}};
  }

  void follow(std::size_t i, PciAddress to) {
    const auto leader = to.text();
    to.function = meant_[i].address.function;
    const auto now = std::ranges::find(now_, to, &Identity::address);
    if (now == now_.end() || match(meant_[i], *now) == MatchResult::none ||
        is_another(meant_[i], *now))
      return;
    found_[i] = {{Whereabouts::moved, {to}, "same card as " + leader}, MatchResult::topology};
  }

  std::span<const Identity> meant_;
  std::vector<Identity> trusted_;  ///< the same, where some of 0.1.0 are among them
  std::map<PciAddress, const Identity*> meant_at_;
  std::vector<Identity> now_;
  std::vector<Found> found_;
};

}  // namespace

std::vector<Located> locate(const Snapshot& snapshot) {
  if (snapshot.identities.empty()) return {};
  return Search(snapshot).all();
}

}  // namespace pci_passthrough
