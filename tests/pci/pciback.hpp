/// What the two pcibacks do with a hide list, said with the C library's sscanf: a second reader.
#pragma once

#include <algorithm>
#include <array>
#include <cstdio>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {

using Rule = std::array<int, 4>;  ///< segment, bus, device, function; -1 is every one
using Rules = std::optional<std::vector<Rule>>;

inline bool in_range(const Rule& rule) {
  const auto& [segment, bus, device, function] = rule;
  return segment >= 0 && segment <= 0xffff && bus >= 0 && bus <= 0xff && device <= 0x1f &&
         function <= 7;
}

inline int scan_pvops(const char* text, unsigned (&n)[4]) {
  constexpr unsigned every = ~0u;
  int used = 0;
  switch (std::sscanf(text, " (%x:%x:%x.%x) %n", &n[0], &n[1], &n[2], &n[3], &used)) {
    case 3:
      n[3] = every;
      std::sscanf(text, " (%x:%x:%x.*) %n", &n[0], &n[1], &n[2], &used);
      break;
    case 2:
      n[2] = n[3] = every;
      std::sscanf(text, " (%x:%x:*.*) %n", &n[0], &n[1], &used);
      break;
  }
  if (used != 0) return used;
  n[0] = 0;
  switch (std::sscanf(text, " (%x:%x.%x) %n", &n[1], &n[2], &n[3], &used)) {
    case 2:
      n[3] = every;
      std::sscanf(text, " (%x:%x.*) %n", &n[1], &n[2], &used);
      break;
    case 1:
      n[2] = n[3] = every;
      std::sscanf(text, " (%x:*.*) %n", &n[1], &used);
      break;
  }
  return used;
}

inline Rules pvops_rules(const std::string& list) {
  std::vector<Rule> rules;
  for (const char* text = list.c_str(); *text != '\0';) {
    unsigned n[4] = {};
    const int used = scan_pvops(text, n);
    Rule rule;
    for (int i = 0; i < 4; ++i) rule[i] = static_cast<int>(n[i]);
    if (used <= 0 || !in_range(rule)) return {};
    for (int i : {2, 3}) rule[i] = std::max(rule[i], -1);
    rules.push_back(rule);
    text += used;
  }
  return rules;
}

inline Rules classic_rules(const std::string& list) {
  std::vector<Rule> rules;
  const char* text = list.c_str();
  if (*text == '\0') return rules;
  for (int used = 1; used > 0 && *text != '\0'; text += used) {
    unsigned n[4] = {};
    used = 0;
    if (std::sscanf(text, " (%x:%x:%x.%x) %n", &n[0], &n[1], &n[2], &n[3], &used) != 4) {
      n[0] = 0;
      if (std::sscanf(text, " (%x:%x.%x) %n", &n[1], &n[2], &n[3], &used) != 3) return {};
    }
    rules.push_back({static_cast<int>(n[0]), static_cast<int>(n[1] & 0xff),
                     static_cast<int>(n[2] & 0x1f), static_cast<int>(n[3] & 7)});
  }
  return rules;
}

/// For the C library what the kernel's vsscanf has of its own: the no-break space is one, a sign is
/// none, and of a long number the last 32 bits count.
inline std::string for_c_library(std::string_view list) {
  constexpr std::string_view hex = "0123456789abcdefABCDEF";
  constexpr std::size_t digits = 8;
  std::string text;
  while (!list.empty()) {
    const auto run = std::min(list.find_first_not_of(hex), list.size());
    const char c = list[0];
    if (run > digits)
      text += list.substr(run - digits, digits);
    else if (run > 0)
      text += list.substr(0, run);
    else
      text += c == '\xa0' ? ' ' : c == '+' || c == '-' ? '?' : c;
    list.remove_prefix(std::max<std::size_t>(run, 1));
  }
  return text;
}

inline Rules rules_by_sscanf(const std::string& list, PcibackKind kind) {
  const auto text = for_c_library(list);
  return kind == PcibackKind::pvops ? pvops_rules(text) : classic_rules(text);
}

inline Rules rules_of(const HideList& list) {
  if (list.error) return {};
  std::vector<Rule> rules;
  for (const auto& rule : list.rules)
    rules.push_back({static_cast<int>(rule.segment), rule.bus, rule.device ? *rule.device : -1,
                     rule.function ? *rule.function : -1});
  return rules;
}

}  // namespace pci_passthrough
