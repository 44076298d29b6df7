#include "plugin/host/masking.hpp"

#include <algorithm>
#include <cstdint>
#include <set>
#include <vector>

#include "plugin/host/sensitive_values.hpp"
#include "plugin/model/identity.hpp"
#include "plugin/pci/ascii.hpp"
#include "plugin/pci/config_space.hpp"

namespace pci_passthrough {
namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c; }

/// What two spellings of one value share: a MAC address with and without colons.
std::string core_of(std::string_view value) {
  const bool dotted = value.find('.') != std::string_view::npos;
  std::string core;
  for (const char c : value)
    if (dotted || is_digit(c) || is_letter(c)) core += lower(c);
  return core;
}

/// Digits for digits, letters for letters; a group of an IPv4 address stays below 200, without a 0
/// at its head.
std::string invent(std::string_view core, std::uint64_t seed) {
  const bool hex = core.find_first_not_of("0123456789abcdef") == std::string_view::npos;
  std::string made;
  for (std::size_t i = 0; i < core.size(); ++i) {
    seed = seed * 6364136223846793005u + 1442695040888963407u;
    const auto random = static_cast<unsigned>(seed >> 33);
    const bool leads = i == 0 || core[i - 1] == '.';
    const bool of_three = std::min(core.find('.', i), core.size()) - i == 3;
    if (is_letter(core[i]))
      made += static_cast<char>('a' + random % (hex ? 6 : 26));
    else if (!is_digit(core[i]))
      made += core[i];
    else if (leads && of_three)
      made += '1';
    else
      made += static_cast<char>(leads ? '1' + random % 9 : '0' + random % 10);
  }
  return made;
}

/// What people call their VMs, SRs and pools, in the order of appearance: "name 1".
std::string without_names(std::string_view json, std::map<std::string, std::string>& names) {
  constexpr std::string_view head = "\"name_label\":\"";
  std::string text;
  for (auto at = json.find(head); at != json.npos; at = json.find(head)) {
    auto end = at + head.size();
    while (end < json.size() && json[end] != '"') end += json[end] == '\\' ? 2 : 1;
    end = std::min(end, json.size());
    auto& name = names[std::string(json.substr(at + head.size(), end - at - head.size()))];
    if (name.empty()) name = "name " + std::to_string(names.size());
    ((text += json.substr(0, at)) += head) += name;
    json.remove_prefix(end);
  }
  return text += json;
}

class Masking {
 public:
  void learn(const std::vector<std::string>& values) {
    known_.insert(known_.end(), values.begin(), values.end());
  }
  void sort() {
    std::ranges::sort(known_);
    known_.erase(std::unique(known_.begin(), known_.end()), known_.end());
  }

  std::string masked(std::string_view text, ValuePlaces places) {
    std::string result;
    result.reserve(text.size());
    Beginnings beginnings(text, places);
    for (std::size_t at = 0; at < text.size();) {
      const auto size =
          at == 0 || !is_digit(text[at - 1]) ? size_at(text, at, beginnings.allow(at)) : 0;
      if (size > 0)
        result += stand_in(text.substr(at, size));
      else
        result += text[at];
      at += std::max<std::size_t>(size, 1);
    }
    return result;
  }

 private:
  std::size_t size_at(std::string_view text, std::size_t at, bool may_be_learned) const {
    const auto size = may_be_learned ? learned_size(text, at) : 0;
    return size > 0 ? size : sensitive_size(text, at);
  }

  /// Of the longest learned value that the text goes on with. Where the last one that does not come
  /// after the text is no such, only what both begin with can be.
  std::size_t learned_size(std::string_view text, std::size_t at) const {
    for (auto rest = text.substr(at); !rest.empty();) {
      const auto after = std::ranges::upper_bound(known_, rest);
      if (after == known_.begin()) return 0;
      const std::string_view value = *std::prev(after);
      const auto end = at + value.size();
      const bool is_there = rest.starts_with(value);
      if (is_there && (end == text.size() || !is_alphanumeric(text[end]))) return value.size();
      const auto common = std::ranges::mismatch(value, rest).in1 - value.begin();
      rest = rest.substr(0, static_cast<std::size_t>(common) - is_there);
    }
    return 0;
  }

  std::string stand_in(std::string_view value) {
    const std::string core = core_of(value);
    auto& made = made_[core];
    constexpr int most_tries = 100;
    for (int tries = 0; made.empty() && tries < most_tries; ++tries) {
      const std::string one = invent(core, ++count_);
      if (one != core && used_.insert(one).second) made = one;
    }
    if (made.empty()) made = invent(core, ++count_);
    return dressed(value, made);
  }

  /// The made-up core with the value's own punctuation and case.
  static std::string dressed(std::string_view value, std::string_view made) {
    std::string text(value);
    std::size_t next = 0;
    for (auto& c : text) {
      while (next < made.size() && !is_alphanumeric(made[next])) ++next;
      if (is_digit(c))
        c = made[next++];
      else if (is_letter(c))
        c = static_cast<char>(made[next++] - (c == lower(c) ? 0 : 0x20));
    }
    return text;
  }

  std::vector<std::string> known_;
  std::map<std::string, std::string> made_;
  std::set<std::string> used_;
  std::uint64_t count_ = 0;
};

bool is_config_space(const std::string& path) {
  return path.starts_with("/sys/devices/") && path.ends_with("/config");
}

/// Addresses in hex, of subnets that the made-up ones do not share: better none, so unknown.
bool is_routing_table(const std::string& path) {
  return path.starts_with("/proc/") && path.ends_with("/net/route");
}

/// Serial numbers, MACs and WWNs are all that it is made of.
constexpr char no_identities[] = "{\"schema\":1,\"devices\":[]}\n";

}  // namespace

std::map<std::string, Section> mask(const std::map<std::string, Section>& sections) {
  Masking masking;
  for (const auto& [path, section] : sections) masking.learn(sensitive_values(section));
  masking.sort();
  std::map<std::string, Section> masked;
  std::map<std::string, std::string> names;
  for (const auto& [path, section] : sections) {
    Section copy = section;
    copy.path = masking.masked(section.path, value_places_in_path(section.path));
    copy.target = masking.masked(section.target, value_places_in_path(section.target));
    copy.content =
        is_config_space(section.path)     ? without_serial(section.content)
        : section.path == identities_file ? no_identities
        : is_routing_table(section.path)  ? ""
        : section.kind == SectionKind::xapi
            ? masking.masked(without_names(section.content, names), ValuePlaces::in_json_values)
            : masking.masked(section.content, value_places(section));
    const bool is_command = section.kind == SectionKind::command;
    masked.emplace(is_command ? path : copy.path, std::move(copy));
  }
  return masked;
}

}  // namespace pci_passthrough
