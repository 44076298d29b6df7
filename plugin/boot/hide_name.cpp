#include "plugin/boot/hide_name.hpp"

#include <algorithm>
#include <numeric>
#include <string>
#include <utility>
#include <vector>

#include "plugin/boot/words.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

using Name = HidePhrase::Name;

constexpr std::string_view right_names[] = {"xen-pciback.hide", "pciback.hide"};
constexpr std::string_view others[] = {"rd.qubes.hide-pci", "rd.qubes.hide-all-usb", "vfio-pci.ids",
                                       "pci-stub.ids"};
/// Of pciback too, and no hide list: told of nowhere.
constexpr std::string_view no_lists[] = {"permissive", "passthrough"};
constexpr std::size_t longest_name = 32;

std::string letters(std::string_view word) {
  auto result = lower(word);
  std::erase_if(result, [](char c) { return !is_alphanumeric(c); });
  return result;
}

/// How many letters must change, come or go (Levenshtein).
std::size_t distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), 0);
  for (std::size_t i = 0; i < a.size(); ++i) {
    auto diagonal = std::exchange(row[0], i + 1);
    for (std::size_t j = 0; j < b.size(); ++j) {
      const auto replaced = diagonal + (a[i] != b[j]);
      diagonal = row[j + 1];
      row[j + 1] = std::min({replaced, row[j] + 1, row[j + 1] + 1});
    }
  }
  return row.back();
}

bool is_within(std::size_t slips, std::string_view a, std::string_view b) {
  const auto more = a.size() > b.size() ? a.size() - b.size() : b.size() - a.size();
  return more <= slips && distance(a, b) <= slips;
}

bool is_alike(std::string_view word) {
  static const std::vector<std::string> names = [] {
    std::vector<std::string> all;
    std::ranges::transform(right_names, std::back_inserter(all), letters);
    return all;
  }();
  return std::ranges::any_of(names, [&](const auto& name) { return is_within(2, word, name); });
}

std::string with_hyphens(std::string_view word) {
  std::string result(word);
  std::ranges::replace(result, '_', '-');
  return result;
}

template <typename Words>
bool is_among(const Words& words, std::string_view word) {
  return std::ranges::find(words, word) != std::end(words);
}

}  // namespace

HideName hide_name(std::string_view word) {
  if (word.size() > longest_name) return {};
  const auto hyphened = with_hyphens(word);
  if (is_among(right_names, hyphened)) return {Name::right, false};
  if (is_among(others, lower(hyphened))) return {Name::other_system, false};
  const auto plain = letters(word);
  const auto has = [&](std::string_view part) { return plain.find(part) != std::string::npos; };
  if (std::ranges::any_of(no_lists, has)) return {};
  if (plain == "hide") return {Name::hide, true};
  if (is_alike(plain)) return {Name::alike, false};
  return {plain.ends_with("hide") || has("pciback") ? Name::alike : Name::none, true};
}

bool is_driver_name(std::string_view word) {
  constexpr std::string_view names[] = {"xenpciback", "pciback"};
  return word.size() <= longest_name &&
         std::ranges::any_of(names, [plain = letters(word)](std::string_view name) {
           return is_within(1, plain, name);
         });
}

}  // namespace pci_passthrough
