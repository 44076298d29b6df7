#include <gtest/gtest.h>

#include "plugin/pci/hide_rule.hpp"

namespace pci_passthrough {
namespace {

using Kind = PcibackKind;

PciAddress at(std::string_view text) { return PciAddress::parse(text).value(); }

TEST(HideList, ReadsEveryForm) {
  const struct {
    std::string_view list;
    std::size_t rules;
    std::vector<const char*> hidden, left;
    bool canonical;
  } cases[] = {
      {"", 0, {}, {"06:00.0"}, true},
      {"(0000:06:00.0)", 1, {"06:00.0"}, {"06:00.1", "06:01.0", "07:00.0", "0001:06:00.0"}, true},
      {"(0000:06:00.0)(0001:07:1f.7)", 2, {"06:00.0", "0001:07:1f.7"}, {"07:1f.7"}, true},
      {"(06:00.0)", 1, {"06:00.0"}, {"0001:06:00.0"}, false},
      {"(0:6:0.0)", 1, {"06:00.0"}, {}, false},
      {"(0000:06:00.0) (0000:07:00.0)", 2, {"06:00.0", "07:00.0"}, {}, false},
      {" (0000:06:00.0)", 1, {"06:00.0"}, {}, false},
      {"( 0x0: 6:\t0. 0)", 1, {"06:00.0"}, {}, false},
      {"(0000:0A:00.0)", 1, {"0a:00.0"}, {}, false},
      {"(06:00.*)", 1, {"06:00.0", "06:00.7"}, {"06:01.0"}, false},
      {"(06:*.*)", 1, {"06:00.0", "06:1f.7"}, {"07:00.0"}, false},
      {"(0001:06:00.*)", 1, {"0001:06:00.3"}, {"06:00.3"}, false},
      {"(0001:06:*.*)", 1, {"0001:06:1f.3"}, {"06:1f.3"}, false},
      {"(0x:6:0x.0)", 1, {"06:00.0"}, {}, false},
      {"(0:6:ffffffff.2)", 1, {"06:00.2", "06:1f.2"}, {"06:00.1"}, false},
      {"(100000000:6:0.0)", 1, {"06:00.0"}, {}, false},
  };
  for (const auto& [text, rules, hidden, left, canonical] : cases) {
    const auto list = parse_hide_list(text, Kind::pvops);
    ASSERT_FALSE(list.error) << text << ": " << list.error->sentence;
    EXPECT_EQ(list.rules.size(), rules) << text;
    EXPECT_EQ(list.is_canonical(), canonical) << text;
    for (const auto* address : hidden) EXPECT_TRUE(list.names(at(address))) << text << address;
    for (const auto* address : left) EXPECT_FALSE(list.names(at(address))) << text << address;
    std::string whole;
    for (const auto& rule : list.rules) whole += rule.text;
    EXPECT_EQ(whole, text);
  }
}

TEST(HideList, OneErrorHidesNothingAndIsNamedWhereItStands) {
  const struct {
    std::string_view list;
    std::size_t position;
    std::string_view said;
  } cases[] = {
      {"0000:06:00.0", 0, "'0' stands where '(' should"},
      {"(0000:06:00.0),(0000:07:00.0)", 14, "',' stands where '(' should"},
      {"(0000:06:00.0", 13, "the list ends where ')' should"},
      {"(0000:06:00.0](0000:07:00.0)", 13, "']' stands where ')' should"},
      {"(0000:06:00.0)(0000:07:0", 24, "the list ends where '.' should"},
      {"(0000:06:00)", 11, "')' stands where '.' should"},
      {"(06)", 3, "')' stands where ':' should"},
      {"(0000:06)", 8, "')' stands where ':' or '.' should"},
      {"(0000:0g:00.0)", 7, "'g' stands where ':' or '.' should"},
      {"(:06:00.0)", 1, "':' stands where a hexadecimal number should"},
      {"(06: *.*)", 5, "'*' stands where a hexadecimal number should"},
      {"(06:00. *)", 8, "'*' stands where a hexadecimal number should"},
      {"(06:*.0)", 6, "'0' stands where '*' should"},
      {"(06 :00.0)", 3, "' ' stands where ':' should"},
      {"(0000:06:00.0)\x01", 14, "byte 0x01 stands"},
      {"(0000:06:00.0)\xff", 14, "byte 0xff stands"},
      {" ", 1, "the list ends where '(' should"},
      {"(10000:06:00.0)", 1, "segment 10000 is out of range; right is 0 to ffff"},
      {"(0000:100:00.0)", 6, "bus 100 is out of range; right is 0 to ff"},
      {"(0000:06:20.0)", 9, "device 20 is out of range; right is 0 to 1f"},
      {"(06:00.0)(06: 00.8)", 17, "function 8 is out of range; right is 0 to 7"},
      {"(06:00.0) (07:20.*)", 14, "device 20 is out of range"},
      {"(ffffffff:06:00.0)", 1, "segment ffffffff is out of range"},
  };
  for (const auto& [text, position, said] : cases) {
    const auto list = parse_hide_list(text, Kind::pvops);
    EXPECT_TRUE(list.rules.empty()) << text;
    ASSERT_TRUE(list.error) << text;
    EXPECT_EQ(list.error->position, position) << text << ": " << list.error->sentence;
    EXPECT_NE(list.error->sentence.find(said), std::string::npos) << list.error->sentence;
    EXPECT_NE(list.error->sentence.find("right is"), std::string::npos) << list.error->sentence;
    EXPECT_FALSE(list.is_canonical());
    EXPECT_FALSE(list.names(at("06:00.0")));
  }
}

TEST(HideList, ClassicPcibackKnowsNoWildcard) {
  for (const auto* text : {"(06:00.*)", "(06:*.*)", "(0000:06:00.*)", "(0000:06:*.*)"}) {
    const auto list = parse_hide_list(text, Kind::classic);
    ASSERT_TRUE(list.error) << text;
    EXPECT_EQ(text[list.error->position], '*');
    EXPECT_NE(list.error->sentence.find("knows no '*'"), std::string::npos);
  }
}

TEST(HideList, ClassicPcibackStopsReadingAtAMissingParenthesisAndDropsBits) {
  const auto open = parse_hide_list("(06:00.0,(07:00.0)", Kind::classic);
  ASSERT_FALSE(open.error);
  EXPECT_TRUE(open.names(at("06:00.0")));
  EXPECT_FALSE(open.names(at("07:00.0")));
  EXPECT_FALSE(open.is_canonical());

  const auto wide = parse_hide_list("(0000:106:20.8)", Kind::classic);
  ASSERT_FALSE(wide.error);
  EXPECT_TRUE(wide.names(at("06:00.0")));
  EXPECT_FALSE(wide.is_canonical());

  EXPECT_TRUE(parse_hide_list("(0000:06:00.0)(0000:07:00.0)", Kind::classic).is_canonical());
}

TEST(HideList, WhatIsWrittenIsCanonical) {
  const PciAddress addresses[] = {at("06:00.0"), at("0001:ff:1f.7")};
  const auto text = write_hide_list(addresses);
  EXPECT_EQ(text, "(0000:06:00.0)(0001:ff:1f.7)");
  for (const auto kind : {Kind::pvops, Kind::classic}) {
    const auto list = parse_hide_list(text, kind);
    EXPECT_TRUE(list.is_canonical());
    EXPECT_EQ(list.rules.size(), 2u);
    for (const auto& address : addresses) EXPECT_TRUE(list.names(address));
  }
  EXPECT_EQ(write_hide_list(std::span<const PciAddress>()), "");
}

TEST(HideList, TheParameterHasTheDriversName) {
  EXPECT_EQ(hide_parameter(Kind::pvops), "xen-pciback.hide");
  EXPECT_EQ(hide_parameter(Kind::classic), "pciback.hide");
}

TEST(HideList, AWildcardOfAnAbsentBusStaysOne) {
  const auto present = {*PciAddress::parse("06:00.0"), *PciAddress::parse("06:00.1"),
                        *PciAddress::parse("07:00.0")};
  const struct {
    const char *list, *written;
  } cases[] = {
      {"(0000:99:*.*)", "(0000:99:*.*)"},
      {"(99:1f.*)(7:0.0)", "(0000:99:1f.*)(0000:07:00.0)"},
      {"(06:*.*)", "(0000:06:00.0)(0000:06:00.1)"},
      {"(06:00.*)(06:00.1)", "(0000:06:00.0)(0000:06:00.1)"},
      {"(06:00.1)(06:00.*)(06:00.1)", "(0000:06:00.1)(0000:06:00.0)"},
      {"(ffff:ff:*.*)(FFFF:FF:*.*)", "(ffff:ff:*.*)"},
      {"", ""},
  };
  for (const auto& [list, written] : cases) {
    const auto rules = parse_hide_list(list, PcibackKind::pvops).rules;
    const auto out = write_out(rules, present);
    EXPECT_EQ(write_hide_list(out), written) << list;
    const auto again = parse_hide_list(written, PcibackKind::pvops).rules;
    EXPECT_TRUE(std::ranges::equal(out, again, [](const auto& a, const auto& b) {
      return a.same_devices(b);
    })) << list;
  }
}

}  // namespace
}  // namespace pci_passthrough
