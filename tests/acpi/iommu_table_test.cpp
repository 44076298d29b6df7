#include "plugin/acpi/iommu_table.hpp"

#include <gtest/gtest.h>

#include "tests/acpi/tables.hpp"

namespace pci_passthrough {
namespace {

std::string error(std::string bytes) { return read_table(bytes).error; }

std::string rmrr(std::uint64_t base, std::uint64_t limit, std::string_view scopes) {
  return bytes_of(1, 2) + bytes_of(24 + scopes.size(), 2) + bytes_of(0, 4) + bytes_of(base, 8) +
         bytes_of(limit, 8) + std::string(scopes);
}

const std::string endpoint("\1\x8\0\0\0\0\x14\0", 8), hpet("\4\x8\0\0\0\xf0\x1f\0", 8);

TEST(IommuTable, SaysWhyItCannotBeBelieved) {
  const auto whole = table_of("DMAR", rmrr(0x1000, 0x1fff, endpoint));
  EXPECT_EQ(error(whole), "");
  EXPECT_EQ(error(""), "it is cut: its header is not whole");
  EXPECT_EQ(error(whole.substr(0, 70)), "it is cut: it should have 80 bytes, and has 70");
  auto flipped = whole;
  flipped[60] = static_cast<char>(flipped[60] ^ 1);
  EXPECT_EQ(error(flipped), "it is damaged: its checksum is wrong");
}

TEST(IommuTable, NoStructureReachesOutOfTheTable) {
  const std::string unit = bytes_of(0, 2) + bytes_of(16, 2) + std::string(12, '\0');
  const struct {
    const char* what;
    std::string structures;
  } cases[] = {
      {"a length of 0", bytes_of(1, 2) + bytes_of(0, 2)},
      {"longer than the table", bytes_of(1, 2) + bytes_of(99, 2) + std::string(20, '\0')},
      {"a region without its limit", bytes_of(1, 2) + bytes_of(16, 2) + std::string(12, '\0')},
      {"a limit below the base", rmrr(0x2000, 0x1fff, endpoint)},
      {"a scope without a path", rmrr(0, 1, endpoint.substr(0, 6))},
      {"a scope of length 0", rmrr(0, 1, std::string(8, '\0'))},
      {"half a structure", unit + "\1"},
  };
  for (const auto& one : cases) {
    const auto read = read_dmar(table_of("DMAR", one.structures));
    EXPECT_FALSE(read.table) << one.what;
    EXPECT_EQ(read.error, "it is damaged: a structure in it ends outside of it") << one.what;
  }
  for (const auto& block :
       {bytes_of(0x21, 4), ivmd(0x21, 1, 0, 0, 0, 0), ivmd(0x20, 1, 0, 0, 0, 1) + "x",
        ivmd(0x21, 1, 0, 0, ~0ull, 2), ivmd(0x22, 1, 0x18, 0x10, 0x1000, 0x1000)})
    EXPECT_FALSE(read_ivrs(table_of("IVRS", block)).table);
}

TEST(IommuTable, LeavesOutWhatIsNoPciFunction) {
  const auto read = read_dmar(table_of("DMAR", rmrr(0x1000, 0x1fff, hpet + endpoint), 0));
  ASSERT_TRUE(read.table);
  ASSERT_EQ(read.table->reserved.size(), 1u);
  EXPECT_EQ(read.table->reserved[0].scopes.size(), 1u);
  EXPECT_EQ(read.table->interrupt_remapping, false);
}

/// Of the kinds of scope that VT-d's specification (8.3.1) has, PCI functions are 1 and 2.
TEST(IommuTable, ScopesAreEndpointsAndBridges) {
  for (std::uint8_t kind = 0; kind <= 6; ++kind) {
    auto scope = endpoint;
    scope[0] = static_cast<char>(kind);
    const auto read = read_dmar(table_of("DMAR", rmrr(0x1000, 0x1fff, scope)));
    ASSERT_TRUE(read.table && read.table->reserved.size() == 1) << int{kind};
    const auto& scopes = read.table->reserved[0].scopes;
    ASSERT_EQ(scopes.size(), kind == 1 || kind == 2 ? 1u : 0u) << int{kind};
    if (!scopes.empty()) EXPECT_EQ(static_cast<int>(scopes[0].kind), kind);
  }
}

/// AMD's IOMMU specification, flags of an IVMD: bit 0 maps the block one to one, bit 3 leaves it
/// out of the translation; by 1 and 2 alone, what may be done there, nothing is reserved.
TEST(IommuTable, AnIvmdReservesWhatIsMappedOrExcluded) {
  for (std::uint8_t flags = 0; flags < 16; ++flags) {
    const auto read = read_ivrs(table_of("IVRS", ivmd(0x21, flags, 0xa0, 0, 0xdf7c0000, 0x10000)));
    ASSERT_TRUE(read.table);
    const bool is_unity = flags % 2 != 0, is_excluded = flags >= 8;
    EXPECT_EQ(read.table->reserved.size(), is_unity || is_excluded ? 1u : 0u) << int{flags};
  }
}

TEST(IommuTable, EveryCutIsTold) {
  for (const auto& [name, bytes] : tables_at_hand())
    for (std::size_t size = 0; size < bytes.size(); ++size) {
      auto cut = bytes.substr(0, size);
      EXPECT_FALSE(read_table(cut).table) << name << " at " << size;
      if (size < 48) continue;
      cut.replace(4, 4, bytes_of(size, 4));
      read_table(with_checksum(cut));
    }
}

}  // namespace
}  // namespace pci_passthrough
