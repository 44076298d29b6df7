#include "plugin/boot/stray_looks.hpp"

#include <algorithm>

#include "plugin/boot/find_at.hpp"
#include "plugin/boot/text_edit.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view all_quotes = "\"'`";

/// Does an argument begin before it, and not by a quote alone?
bool is_part_of_another(const BootFile& file, const BootEntry& entry, std::size_t at) {
  const auto* one = find_at(entry.arguments, at);
  return one && file.text.find_first_not_of(all_quotes, one->begin) < at;
}

}  // namespace

StrayKind by_looks(const BootFile& file, const BootEntry& entry, const HidePhrase& phrase,
                   TextRange range) {
  using Name = HidePhrase::Name;
  const auto raw = part_of(file.text, range);
  if (std::ranges::any_of(raw, [](char c) { return c < 0; })) return StrayKind::foreign_characters;
  if (phrase.name == Name::none) return StrayKind::lone_group;
  if (is_part_of_another(file, entry, range.begin)) return StrayKind::part_of_another;
  if (phrase.is_split) return StrayKind::split_name;
  if (phrase.name == Name::hide) return StrayKind::bare_hide;
  return phrase.has_equals ? StrayKind::misspelt_name : StrayKind::no_equals;
}

bool opens_quote(std::string_view plain, HidePhrase::Range group, const HidePhrase& phrase) {
  const auto end = phrase.value.end;
  return group.begin > 0 && end > group.end &&
         all_quotes.find(plain[group.begin - 1]) != all_quotes.npos &&
         plain[group.begin - 1] == plain[end - 1];
}

}  // namespace pci_passthrough
