#include "plugin/model/match.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

struct Category {
  std::string_view id, words;
  bool lasts;
};
constexpr std::array categories = {
    Category{"serial", "same serial number", true}, Category{"mac", "same MAC address", true},
    Category{"nvme", "same disk", true}, Category{"disk", "same disk", false}};

std::vector<std::string> ids_in(const Identity& identity, const Category& category) {
  std::vector<std::string> stable_ids;
  for (const auto& id : identity.stable_ids)
    if (id.substr(0, id.find(' ')) == category.id) stable_ids.push_back(id);
  return stable_ids;
}

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const auto& one) { return std::ranges::count(b, one) != 0; });
}

/// Lasting stable_ids that both bear, and none of them both.
const Category* contradiction(const Identity& a, const Identity& b) {
  for (const auto& category : categories) {
    const auto ours = ids_in(a, category), theirs = ids_in(b, category);
    if (category.lasts && !ours.empty() && !theirs.empty() && !share(ours, theirs))
      return &category;
  }
  return nullptr;
}

}  // namespace

std::string_view common_id(const Identity& a, const Identity& b) {
  for (const auto& category : categories)
    if (share(ids_in(a, category), ids_in(b, category))) return category.words;
  return "";
}

bool is_alike(const Identity& a, const Identity& b) {
  return a.kind == b.kind && a.address.function == b.address.function;
}

MatchResult match(const Identity& meant, const Identity& now) {
  if (!is_alike(meant, now) || contradiction(meant, now)) return MatchResult::none;
  if (!common_id(meant, now).empty()) return MatchResult::stable_id;
  const bool same_root = meant.root.empty() || meant.root == now.root;
  return same_root && meant.topology_path == now.topology_path ? MatchResult::topology
                                                               : MatchResult::model;
}

Difference difference_of(const Identity& was, const Identity& is) {
  if (was.kind != is.kind) return {was.kind, is.kind};
  if (const auto* category = contradiction(was, is))
    return {ids_in(was, *category).front(), ids_in(is, *category).front()};
  return {"slot " + was.seat(), "slot " + is.seat()};
}

}  // namespace pci_passthrough
