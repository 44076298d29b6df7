#include "plugin/model/likeness.hpp"

#include <algorithm>
#include <array>

namespace pci_passthrough {
namespace {

struct Category {
  std::string_view mark, words;
  bool lasts;
};
constexpr std::array categories = {
    Category{"serial", "same serial number", true}, Category{"mac", "same MAC address", true},
    Category{"nvme", "same disk", true}, Category{"disk", "same disk", false}};

std::vector<std::string> marks_in(const Identity& identity, const Category& category) {
  std::vector<std::string> marks;
  for (const auto& mark : identity.marks)
    if (mark.substr(0, mark.find(' ')) == category.mark) marks.push_back(mark);
  return marks;
}

bool share(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  return std::ranges::any_of(a, [&](const auto& one) { return std::ranges::count(b, one) != 0; });
}

/// Lasting marks that both bear, and none of them both.
const Category* contradiction(const Identity& a, const Identity& b) {
  for (const auto& category : categories) {
    const auto ours = marks_in(a, category), theirs = marks_in(b, category);
    if (category.lasts && !ours.empty() && !theirs.empty() && !share(ours, theirs))
      return &category;
  }
  return nullptr;
}

}  // namespace

std::string_view common_mark(const Identity& a, const Identity& b) {
  for (const auto& category : categories)
    if (share(marks_in(a, category), marks_in(b, category))) return category.words;
  return "";
}

bool is_alike(const Identity& a, const Identity& b) {
  return a.kind == b.kind && a.address.function == b.address.function;
}

Likeness likeness(const Identity& meant, const Identity& now) {
  if (!is_alike(meant, now) || contradiction(meant, now)) return Likeness::none;
  if (!common_mark(meant, now).empty()) return Likeness::marks;
  const bool same_root = meant.root.empty() || meant.root == now.root;
  return same_root && meant.place == now.place ? Likeness::place : Likeness::kind;
}

Difference difference_of(const Identity& was, const Identity& is) {
  if (was.kind != is.kind) return {was.kind, is.kind};
  if (const auto* category = contradiction(was, is))
    return {marks_in(was, *category).front(), marks_in(is, *category).front()};
  return {"slot " + was.seat(), "slot " + is.seat()};
}

}  // namespace pci_passthrough
