#include "plugin/boot/hide_phrase.hpp"

#include <algorithm>
#include <optional>
#include <string>

#include "plugin/boot/hide_name.hpp"
#include "plugin/boot/meant_rules.hpp"
#include "plugin/pci/ascii.hpp"

namespace pci_passthrough {
namespace {

using Name = HidePhrase::Name;

constexpr std::string_view opening = "([{", closing = ")]}";
constexpr std::string_view quotes = "\"'`";

bool is_in(std::string_view set, char c) { return set.find(c) != std::string_view::npos; }
bool is_in_word(char c) { return is_alphanumeric(c) || is_in("_.-", c); }

struct Scanner {
  std::string_view text;
  std::size_t at = 0;
  HidePhrase phrase{};

  char here(std::size_t place) const { return place < text.size() ? text[place] : '\0'; }
  std::size_t over(std::string_view set, std::size_t from) const {
    return std::min(text.find_first_not_of(set, from), text.size());
  }
  std::size_t blank_after(std::size_t from) const {
    return std::min(text.find(' ', from), text.size());
  }
  std::size_t word_end(std::size_t from) const {
    while (from < text.size() && is_in_word(text[from])) ++from;
    return from;
  }

  /// Where the bracket closes that opens before `inner`: "(anything)", "(01:00.0, 02:00.0)", but
  /// not "(01:00.0 quiet hide=(02:00.0)".
  std::optional<std::size_t> closing_of(std::size_t inner) const {
    constexpr std::size_t longest = 64;
    const auto size = text.substr(inner, longest).find_first_of(closing);
    const auto inside = text.substr(inner, size);
    const bool is_list = inside.find_first_not_of(" ,;0123456789abcdefABCDEFxX*:.") == inside.npos;
    const bool is_word = inside.find_first_of(" ([{=") == inside.npos;
    if (size == text.npos || !(is_list || is_word)) return std::nullopt;
    return inner + size;
  }

  /// What stands in brackets, or numbers with what stands between them, brackets missing or not.
  bool group(std::size_t from) {
    const auto inner = over(opening, from);
    auto end = over("0123456789abcdefABCDEFxX*:.,", inner);
    const bool has_colon = text.substr(inner, end - inner).find(':') != std::string_view::npos;
    if (inner > from) {
      if (const auto closed = closing_of(inner))
        end = *closed;
      else if (!has_colon)
        return false;
    } else if (!has_colon) {
      return false;
    }
    phrase.groups.push_back({from, over(closing, end)});
    return true;
  }

  /// Behind a blank or ';' a group must have its bracket, else it may be anything.
  bool next_group() {
    const auto last = phrase.groups.empty() ? phrase.value.begin : phrase.groups.back().end;
    const auto next = over(" ,;\"'`\\", last);
    const auto between = text.substr(last, next - last);
    const bool apart = between.find_first_of(" ;") != std::string_view::npos &&
                       between.find(',') == std::string_view::npos;
    return (!apart || here(next) == '(') && group(next);
  }

  void read_value(std::size_t from) {
    phrase.value = {from, from};
    while (next_group()) continue;
    auto end = phrase.groups.empty() ? over(quotes, from) : phrase.groups.back().end;
    end = over(",)]}", end);
    if (!is_in(" ;\"'`", here(end))) end = blank_after(end);
    for (const char quote : quotes) {
      const auto inside = text.substr(from, end - from);
      if (std::ranges::count(inside, quote) % 2 != 0 && here(end) == quote) ++end;
    }
    phrase.value.end = end;
  }

  /// "xen-pciback. hide=", "xen-pciback:hide=": the driver's name stands before a blank, or another
  /// mark than the dot.
  void join_left() {
    auto end = phrase.all.begin;
    const bool is_marked = end > 0 && is_in(":/,", text[end - 1]);
    if (is_marked) --end;
    while (end > 0 && text[end - 1] == ' ') --end;
    auto begin = end;
    while (begin > 0 && is_in_word(text[begin - 1])) --begin;
    if (begin == end || !is_driver_name(text.substr(begin, end - begin))) return;
    if (begin > 0 && text[begin - 1] == '=') return;
    phrase.all.begin = begin;
    phrase.is_split = !is_marked;
    if (is_marked) phrase.name = Name::alike;
  }

  void take_quotes() {
    auto& [begin, end] = phrase.all;
    if (begin > 0 && is_in(quotes, text[begin - 1]) && here(end) == text[begin - 1]) --begin, ++end;
  }

  bool has_address() const {
    return !phrase.groups.empty() &&
           !meant_rules(text.substr(phrase.value.begin, phrase.value.end - phrase.value.begin))
                .empty();
  }

  bool named(std::size_t end) {
    auto value = over(" ", end);
    const bool is_apart = value > end;
    const bool has_equals = here(value) == '=' || here(value) == ':';
    if (!has_equals && !is_in(opening, here(value))) return false;
    const auto [name, needs_address] = hide_name(text.substr(at, end - at));
    if (name == Name::none) return false;
    phrase = {};
    phrase.name = name;
    phrase.name_begin = phrase.all.begin = at;
    phrase.has_equals = has_equals;
    if (has_equals) ++value;
    if (name == Name::hide) join_left();
    phrase.is_split |= is_apart && phrase.has_equals;
    read_value(value);
    if (needs_address && !has_address()) return false;
    phrase.all.end = phrase.value.end;
    return take_quotes(), true;
  }

  bool nameless() {
    if (here(at) != '(' || (at > 0 && !is_in(" ;", text[at - 1]))) return false;
    phrase = {};
    phrase.name_begin = phrase.all.begin = phrase.value.begin = at;
    if (!group(at)) return false;
    phrase.all.end = phrase.value.end = phrase.groups.back().end;
    return here(at + 1) != '(' && has_address();
  }
};

}  // namespace

std::vector<HidePhrase> find_hide_phrases(std::string_view plain) {
  std::vector<HidePhrase> phrases;
  for (Scanner scanner{plain}; scanner.at < plain.size();) {
    const auto end = scanner.word_end(scanner.at);
    const bool found = end > scanner.at ? scanner.named(end) : scanner.nameless();
    scanner.at = std::max({end, scanner.at + 1, found ? scanner.phrase.all.end : 0});
    if (found) phrases.push_back(scanner.phrase);
  }
  return phrases;
}

}  // namespace pci_passthrough
