#include "plugin/boot/meant_rules.hpp"

#include <gtest/gtest.h>

#include "tests/boot/dice.hpp"

namespace pci_passthrough::meant {
namespace {

TEST(MeantRules, SlipsOfTheHand) {
  const struct {
    const char *list, *meant;
  } cases[] = {
      {"(0000:01:00.0)(0000.01:00.1)", "(0000:01:00.0)(0000:01:00.1)"},
      {"(0000:01:00.0,0000:01:00.1)", "(0000:01:00.0)(0000:01:00.1)"},
      {"(0000:01:00.0),(0000:01:00.1)", "(0000:01:00.0)(0000:01:00.1)"},
      {"(01:00.0);(01:00.1);", "(0000:01:00.0)(0000:01:00.1)"},
      {"(01:00.0) (01:00.1)", "(0000:01:00.0)(0000:01:00.1)"},
      {"01:00.0,01:00.1", "(0000:01:00.0)(0000:01:00.1)"},
      {"(0000:01:00:0)", "(0000:01:00.0)"},
      {"(01:00:0)", "(0000:01:00.0)"},
      {"(01:00,0)", "(0000:01:00.0)"},
      {"(0000:01:00,0)", "(0000:01:00.0)"},
      {"(01.00.0)", "(0000:01:00.0)"},
      {"(0000:01:00.0", "(0000:01:00.0)"},
      {"0000:01:00.0)", "(0000:01:00.0)"},
      {"((01:00.0))", "(0000:01:00.0)"},
      {"[01:00.0]", "(0000:01:00.0)"},
      {"\"(01:00.0)(0A:1F.7)\"", "(0000:01:00.0)(0000:0a:1f.7)"},
      {"(01:00.*)(02:*.*)", "(0000:01:00.*)(0000:02:*.*)"},
      {"(1:0.0)(0:4:1.0)", "(0000:01:00.0)(0000:04:01.0)"},
      {"(01:00.0)(01:00.0)", "(0000:01:00.0)"},
      {"( 01:00.0 , 01:00.1 )", "(0000:01:00.0)(0000:01:00.1)"},
  };
  for (const auto& [list, meant] : cases)
    EXPECT_EQ(write_hide_list(meant_rules(list)), meant) << list;
}

TEST(MeantRules, WhatIsNotPlainIsNothing) {
  for (const char* list :
       {"", "(01:00)", "(0000:01:00)", "(01:00.8)", "(01:20.0)", "(100:00.0)", "(BB:DD.F)",
        "(01:00.0)(x)", "(01:00.0,1)", "10de:1b80", "(01:*.0)", "(01:00.0)-(01:00.3)", "$hide",
        "(0000:01:00.00)", "(00000:01:00.0)", "(hd0,msdos1)", "yes"})
    EXPECT_TRUE(meant_rules(list).empty()) << list;
}

/// Whatever the kernel reads is what was meant, and a slip in it changes nothing of that.
TEST(MeantRules, GeneratedListsWithSlipsMeanTheSame) {
  Dice dice{std::mt19937(11)};
  for (int round = 0; round < 4000; ++round) {
    std::vector<PciAddress> addresses(1 + dice.below(4));
    for (auto& address : addresses)
      address = {0, static_cast<std::uint8_t>(dice.below(256)),
                 static_cast<std::uint8_t>(dice.below(32)),
                 static_cast<std::uint8_t>(dice.below(8))};
    const auto list = write_hide_list(addresses);
    const auto rules = parse_hide_list(list, PcibackKind::pvops).rules;
    const auto expected = write_hide_list(write_out(rules, {}));
    EXPECT_EQ(write_hide_list(meant_rules(list)), expected);
    auto slipped = list;
    const auto group = dice.below(addresses.size()) * std::string_view("(0000:00:00.0)").size();
    switch (dice.below(6)) {
      case 0:
        slipped[group + 5] = dice.below(2) != 0 ? '.' : ',';
        break;
      case 1:
        slipped[group + 8] = dice.below(2) != 0 ? '.' : ';';
        break;
      case 2:
        slipped[group + 11] = dice.below(2) != 0 ? ':' : ',';
        break;
      case 3:
        slipped.erase(group, 1);
        break;
      case 4:
        slipped.insert(group + 14, dice.below(2) != 0 ? "," : "; ");
        break;
      default:
        slipped.erase(group + 1, 5);
        break;
    }
    EXPECT_EQ(write_hide_list(meant_rules(slipped)), expected) << slipped;
  }
}

}  // namespace
}  // namespace pci_passthrough::meant
