/// The grammar against a second reader: what the two pcibacks do, said with the C library's sscanf.
#include <gtest/gtest.h>

#include <array>
#include <cstdio>
#include <random>

#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {
namespace {

using Rule = std::array<int, 4>;  ///< segment, bus, device, function; -1 is every one
using Rules = std::optional<std::vector<Rule>>;

bool in_range(const Rule& rule) {
  const auto& [segment, bus, device, function] = rule;
  return segment >= 0 && segment <= 0xffff && bus >= 0 && bus <= 0xff && device <= 0x1f &&
         function <= 7;
}

int scan_pvops(const char* text, unsigned (&n)[4]) {
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

Rules pvops(const std::string& list) {
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

Rules classic(const std::string& list) {
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

Rules ours(const std::string& text, PcibackKind kind) {
  const auto list = parse_hide_list(text, kind);
  if (list.error) return {};
  std::vector<Rule> rules;
  for (const auto& rule : list.rules)
    rules.push_back({static_cast<int>(rule.segment), rule.bus, rule.device ? *rule.device : -1,
                     rule.function ? *rule.function : -1});
  return rules;
}

std::string random_list(std::mt19937& random) {
  constexpr std::string_view whole[] = {"(0000:06:00.0)", "(06:00.0)",  "(06:00.*)", "(06:*.*)",
                                        "(0:6:0.*)",      "(1:06:*.*)", " ",         "\t(a:1f.7) "};
  constexpr std::string_view pieces[] = {"(", ")", ":", ".", "*",  " ",  "0",  "1",  "f",
                                         "F", ",", "a", "x", "0x", "1f", "\n", "*.*"};
  const auto below = [&](std::size_t n) { return random() % n; };
  std::string text;
  for (auto count = below(4); count > 0; --count) text += whole[below(std::size(whole))];
  for (auto count = below(6); count > 0; --count) {
    const auto place = below(text.size() + 1);
    text.replace(place, below(3) == 0 ? 1 : 0, pieces[below(std::size(pieces))]);
  }
  return text;
}

TEST(HideListOracle, AgreesOnRandomLists) {
  std::mt19937 random(20261124);
  int taken[2] = {}, refused[2] = {};
  for (int round = 0; round < 100000; ++round) {
    const auto text = random_list(random);
    const Rules expected[] = {pvops(text), classic(text)};
    for (const auto kind : {PcibackKind::pvops, PcibackKind::classic}) {
      const auto which = kind == PcibackKind::classic;
      ASSERT_EQ(ours(text, kind), expected[which]) << '"' << text << "\" classic: " << which;
      ++(expected[which] ? taken : refused)[which];
    }
  }
  for (int which : {0, 1}) {
    EXPECT_GT(taken[which], 10000);
    EXPECT_GT(refused[which], 20000);
  }
}

TEST(HideListOracle, AgreesOnSoupOfPieces) {
  constexpr std::string_view alphabet = "(): .*0x1fF,a";
  std::mt19937 random(1);
  for (int round = 0; round < 100000; ++round) {
    std::string text = "(";
    for (auto length = random() % 14; length > 0; --length)
      text += alphabet[random() % alphabet.size()];
    ASSERT_EQ(ours(text, PcibackKind::pvops), pvops(text)) << text;
    ASSERT_EQ(ours(text, PcibackKind::classic), classic(text)) << text;
  }
}

}  // namespace
}  // namespace pci_passthrough
