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

/// The first of its ids that is of the category; null where none is.
const std::string* id_in(const Identity& identity, const Category& category) {
  const auto found = std::ranges::find_if(identity.stable_ids, [&](std::string_view id) {
    return id.substr(0, id.find(' ')) == category.id;
  });
  return found == identity.stable_ids.end() ? nullptr : &*found;
}

bool share(const Identity& a, const Identity& b, const Category& category) {
  return std::ranges::any_of(a.stable_ids, [&](const std::string& id) {
    return id.compare(0, id.find(' '), category.id) == 0 && b.stable_ids.contains(id);
  });
}

/// Lasting ids that both bear, and none of them both.
const Category* contradiction(const Identity& a, const Identity& b) {
  for (const auto& category : categories)
    if (category.lasts && id_in(a, category) && id_in(b, category) && !share(a, b, category))
      return &category;
  return nullptr;
}

}  // namespace

std::string_view common_id(const Identity& a, const Identity& b) {
  for (const auto& category : categories)
    if (share(a, b, category)) return category.words;
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
    return {*id_in(was, *category), *id_in(is, *category)};
  return {"slot " + was.seat(), "slot " + is.seat()};
}

}  // namespace pci_passthrough
