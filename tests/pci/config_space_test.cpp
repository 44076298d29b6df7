#include "plugin/pci/config_space.hpp"

#include <gtest/gtest.h>

#include "plugin/pci/capability_chain.hpp"

namespace pci_passthrough {
namespace {

void put(std::string& bytes, std::size_t at, std::uint64_t number, std::size_t size) {
  for (std::size_t i = 0; i < size; ++i) bytes.at(at + i) = static_cast<char>(number >> (8 * i));
}

/// An endpoint with one capability of each kind, in no order, and their chain's end at 0x180.
std::string card() {
  std::string bytes(4096, '\0');
  put(bytes, 0x00, 0x0a548086, 4);
  put(bytes, 0x06, 0x0010, 2);
  put(bytes, 0x08, 0x02, 1);
  put(bytes, 0x0e, 0x80, 1);
  put(bytes, 0x34, 0x60, 1);
  put(bytes, 0x3d, 0x02, 1);
  put(bytes, 0x60, 0x4010, 2);  // PCI Express, endpoint
  put(bytes, 0x62, 0x0002, 2);
  put(bytes, 0x64, 1u << 28, 4);
  put(bytes, 0x40, 0x5001, 2);  // power management
  put(bytes, 0x44, 0x0008, 2);
  put(bytes, 0x50, 0xa005, 2);  // MSI, 8 vectors
  put(bytes, 0x52, 0x0006, 2);
  put(bytes, 0xa0, 0xc011, 2);  // MSI-X, 129 vectors
  put(bytes, 0xa2, 0x8080, 2);
  put(bytes, 0xc0, 0x0013, 2);  // Advanced Features
  put(bytes, 0xc2, 0x0306, 2);
  put(bytes, 0x100, 0x14010001, 4);  // AER
  put(bytes, 0x140, 0x15010003, 4);  // serial number
  put(bytes, 0x144, 0xa0369fffff5c217aull, 8);
  put(bytes, 0x150, 0x1601000e, 4);  // ARI
  put(bytes, 0x160, 0x18010010, 4);  // SR-IOV
  put(bytes, 0x16e, 64, 2);
  put(bytes, 0x180, 0x0001000d, 4);  // ACS
  put(bytes, 0x184, 0x1d001f, 4);
  return bytes;
}

ConfigSpace parsed(std::string_view bytes) { return parse_config_space(bytes).value(); }

TEST(ConfigSpace, WhereTheMsixTableLies) {
  auto bytes = card();
  for (const std::uint32_t bar : {0u, 2u, 4u})
    for (const std::uint32_t offset : {0u, 0x800u, 0x2000u, 0x46800u}) {
      put(bytes, 0xa4, offset | bar, 4);
      const auto table = parsed(bytes).msix_table.value();
      EXPECT_EQ(table.bar, bar);
      EXPECT_EQ(table.offset, offset);
    }
}

/// PCI Express Base Specification 7.5.3.9: bits 5 and 6, of a port that has a slot.
TEST(ConfigSpace, APortWhoseCardMayBePulledOut) {
  for (const std::uint32_t slot : {0x00u, 0x20u, 0x40u, 0x60u, 0x40060u, 0x80040u})
    for (const bool has_slot : {false, true}) {
      auto bytes = card();
      put(bytes, 0x62, has_slot ? 0x0162 : 0x0062, 2);
      put(bytes, 0x74, slot, 4);
      EXPECT_EQ(parsed(bytes).pcie->hot_plug, has_slot && (slot & 0x60) == 0x60) << slot;
    }
}

TEST(ConfigSpace, ReadsEachCapability) {
  const auto space = parsed(card());
  EXPECT_EQ(space.header_type, 0);
  EXPECT_TRUE(space.multifunction);
  EXPECT_EQ(space.revision, 2);
  EXPECT_EQ(space.interrupt_pin, 2);
  EXPECT_TRUE(space.all_capabilities && space.all_extended);
  EXPECT_EQ(space.pcie->type, PcieType::endpoint);
  EXPECT_TRUE(space.pcie->flr);
  EXPECT_EQ(space.no_soft_reset, true);
  EXPECT_EQ(space.msi->count, 8u);
  EXPECT_FALSE(space.msi->enabled);
  EXPECT_EQ(space.msix->count, 129u);
  EXPECT_TRUE(space.msix->enabled);
  EXPECT_EQ(space.af_flr, true);
  EXPECT_EQ(space.serial, 0xa0369fffff5c217aull);
  EXPECT_EQ(space.total_vfs, 64u);
  EXPECT_EQ(space.acs->can, 0x1f);
  EXPECT_EQ(space.acs->does, 0x1d);
}

/// PCI ECN Advanced Capabilities: bit 0, transactions pending can be told; bit 1, FLR. A reset
/// takes both.
TEST(ConfigSpace, AdvancedFeaturesResetWithBothBits) {
  for (unsigned bits = 0; bits < 4; ++bits) {
    auto bytes = card();
    put(bytes, 0xc3, bits, 1);
    EXPECT_EQ(parsed(bytes).af_flr, bits == 3) << bits;
  }
}

TEST(ConfigSpace, NeedsAHeaderThatIsOne) {
  EXPECT_FALSE(parse_config_space(""));
  EXPECT_FALSE(parse_config_space(card().substr(0, 63)));
  EXPECT_FALSE(parse_config_space(std::string(256, '\xff')));
}

/// A space that is cut says less, and nothing else.
TEST(ConfigSpace, WhatIsCutOffIsUnknown) {
  const auto bytes = card();
  const auto whole = parsed(bytes);
  for (std::size_t size = 64; size <= bytes.size(); ++size) {
    const auto cut = parsed(std::string_view(bytes).substr(0, size));
    EXPECT_EQ(cut.all_capabilities, size >= 0xc4) << size;
    EXPECT_EQ(cut.all_extended, size >= 0x188) << size;
    EXPECT_EQ(cut.pcie.has_value(), size >= 0x68) << size;
    EXPECT_EQ(cut.msix.has_value(), size >= 0xa4) << size;
    EXPECT_EQ(cut.serial.has_value(), size >= 0x14c) << size;
    EXPECT_EQ(cut.acs.has_value(), size >= 0x188) << size;
    EXPECT_EQ(cut.is_pcie(), size >= 0x68 ? std::optional(true) : std::nullopt) << size;
    EXPECT_EQ(cut.serial.value_or(*whole.serial), whole.serial);
    EXPECT_EQ(cut.msix.value_or(*whole.msix).count, whole.msix->count);
  }
}

TEST(ConfigSpace, AnAcsOfFourBytesARegister) {
  auto bytes = card();
  put(bytes, 0x184, 0x0000000c0000001full, 8);
  EXPECT_EQ(parsed(bytes).acs->does, 0);
  put(bytes, 0x02, 0xa110, 2);  // a root port of the 100 series
  EXPECT_EQ(parsed(bytes).acs->does, 0x0c);
  EXPECT_EQ(config_space_wanted(bytes), 0x190u);
  bytes.resize(0x18b);
  EXPECT_FALSE(parsed(bytes).acs || parsed(bytes).all_extended);
}

TEST(ConfigSpace, WithoutCapabilitiesSixtyFourBytesTellAll) {
  auto bytes = card().substr(0, 64);
  EXPECT_FALSE(parsed(bytes).is_pcie().has_value());
  EXPECT_FALSE(parsed(bytes).has_msi().has_value());
  put(bytes, 0x06, 0, 2);
  EXPECT_TRUE(parsed(bytes).all_capabilities && parsed(bytes).all_extended);
  EXPECT_EQ(parsed(bytes).is_pcie(), false);
  EXPECT_EQ(parsed(bytes).has_msi(), false);
}

TEST(ConfigSpace, ConventionalPciHasNoExtendedSpace) {
  auto bytes = card().substr(0, 256);
  EXPECT_FALSE(parsed(bytes).all_extended);
  put(bytes, 0x34, 0xc0, 1);
  EXPECT_TRUE(parsed(bytes).all_extended);
}

TEST(ConfigSpace, AnEmptyExtendedSpaceIsRead) {
  for (const std::uint64_t header : {0ull, 0xffffffffull}) {
    auto bytes = card();
    put(bytes, 0x100, header, 4);
    EXPECT_TRUE(parsed(bytes).all_extended);
    EXPECT_FALSE(parsed(bytes).acs || parsed(bytes).serial);
  }
}

TEST(ConfigSpace, TheFirstOfAKindCountsAndALoopEnds) {
  auto bytes = card();
  put(bytes, 0xc0, 0x4001, 2);  // power management again, without NoSoftRst, and back to 0x40
  EXPECT_EQ(parsed(bytes).no_soft_reset, true);
  EXPECT_TRUE(parsed(bytes).all_capabilities);
  put(bytes, 0x180, 0x1000000d | 1 << 16, 4);
  EXPECT_TRUE(parsed(bytes).all_extended);
  EXPECT_TRUE(parsed(bytes).acs);
}

TEST(ConfigSpace, ACardBusBridgeKeepsItsChainElsewhere) {
  auto bytes = card();
  put(bytes, 0x0e, 2, 1);
  put(bytes, 0x14, 0xa0, 1);
  EXPECT_FALSE(parsed(bytes).pcie);
  EXPECT_EQ(parsed(bytes).msix->count, 129u);
}

/// Reads as much as is asked for, step by step.
std::string read_as_wanted(std::string_view file) {
  std::size_t size = 0, steps = 0;
  while (size < std::min(config_space_wanted(file.substr(0, size)), file.size())) {
    size = std::min(config_space_wanted(file.substr(0, size)), file.size());
    if (++steps > 1100) ADD_FAILURE() << "no end";
    if (steps > 1100) break;
  }
  return std::string(file.substr(0, size));
}

TEST(ConfigSpace, AsksForNoMoreThanUpToTheLastCapability) {
  auto bytes = card();
  EXPECT_EQ(read_as_wanted(bytes).size(), 0x190u);
  EXPECT_EQ(read_as_wanted(bytes.substr(0, 256)).size(), 256u);
  put(bytes, 0x100, 0, 4);
  EXPECT_EQ(read_as_wanted(bytes).size(), 0x110u);
  put(bytes, 0x34, 0xc0, 1);
  EXPECT_EQ(read_as_wanted(bytes).size(), 256u) << "conventional";
  put(bytes, 0x06, 0, 2);
  EXPECT_EQ(read_as_wanted(bytes).size(), 64u) << "without capabilities";
  EXPECT_EQ(read_as_wanted(std::string(4096, '\xff')).size(), 64u) << "off";
}

TEST(ConfigSpace, HidesTheSerialNumberAndNothingElse) {
  const auto bytes = card(), hidden = without_serial(bytes);
  EXPECT_EQ(parsed(hidden).serial, 0u);
  for (std::size_t i = 0; i < bytes.size(); ++i)
    EXPECT_EQ(hidden[i], i < 0x144 || i >= 0x14c ? bytes[i] : '\0') << i;
  EXPECT_EQ(without_serial(bytes.substr(0, 0x146)).size(), 0x146u);
  EXPECT_EQ(without_serial(bytes.substr(0, 64)), bytes.substr(0, 64));
}

}  // namespace
}  // namespace pci_passthrough
