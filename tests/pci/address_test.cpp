#include "plugin/pci/address.hpp"

#include <gtest/gtest.h>

#include <cstdio>

namespace pci_passthrough {
namespace {

TEST(PciAddress, ReadsWhatToolsPrint) {
  const struct {
    const char* text;
    PciAddress address;
    const char* written;
  } cases[] = {
      {"0000:03:00.1", {0, 3, 0, 1}, "0000:03:00.1"},
      {"03:00.1", {0, 3, 0, 1}, "0000:03:00.1"},
      {"FFFF:FF:1F.7", {0xffff, 0xff, 0x1f, 7}, "ffff:ff:1f.7"},
      {"10000:e1:00.0", {0x10000, 0xe1, 0, 0}, "10000:e1:00.0"},
      {"fffffffe:0A:1a.3", {0xfffffffe, 0x0a, 0x1a, 3}, "fffffffe:0a:1a.3"},
      {"00:00.0", {}, "0000:00:00.0"},
  };
  for (const auto& [text, address, written] : cases) {
    const auto read = PciAddress::parse(text);
    ASSERT_TRUE(read) << text;
    EXPECT_EQ(*read, address) << text;
    EXPECT_EQ(read->text(), written);
  }
}

TEST(PciAddress, TakesNothingElse) {
  for (const char* text : {"",
                           "0",
                           "3:00.1",
                           "03:0.1",
                           "03:00.",
                           "03:00.8",
                           "03:20.0",
                           "03:00.1 ",
                           " 03:00.1",
                           "0:03:00.1",
                           "000:03:00.1",
                           "123456789:03:00.1",
                           ":03:00.1",
                           "0000:03:00",
                           "0000:03:00.10",
                           "0000:03:00:1",
                           "0000-03:00.1",
                           "0000:03.00.1",
                           "0x00:03:00.1",
                           "+000:03:00.1",
                           "-000:03:00.1",
                           "0000:0g:00.1",
                           "0000:03:00.*",
                           "(03:00.1)",
                           "0000:03: 0.1",
                           "0000:0000:03:00.1",
                           "00000 :03:00.1"})
    EXPECT_FALSE(PciAddress::parse(text)) << text;
}

TEST(PciAddress, EveryFunctionOfASegmentComesBack) {
  for (unsigned number = 0; number <= 0xffff; ++number) {
    const PciAddress address{number * 7919, static_cast<std::uint8_t>(number >> 8),
                             static_cast<std::uint8_t>(number >> 3 & 0x1f),
                             static_cast<std::uint8_t>(number & 7)};
    ASSERT_EQ(PciAddress::parse(address.text()), address);
  }
}

TEST(PciAddress, OrderIsTheBusesOrder) {
  EXPECT_LT(*PciAddress::parse("00:1f.7"), *PciAddress::parse("01:00.0"));
  EXPECT_LT(*PciAddress::parse("ff:1f.7"), *PciAddress::parse("0001:00:00.0"));
  EXPECT_TRUE(PciAddress::parse("00:1f.7")->same_slot(*PciAddress::parse("00:1f.0")));
  EXPECT_FALSE(PciAddress::parse("00:1f.7")->same_slot(*PciAddress::parse("01:1f.7")));
}

}  // namespace
}  // namespace pci_passthrough
