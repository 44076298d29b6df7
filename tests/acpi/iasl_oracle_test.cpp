/// The reader of DMAR and IVRS against ACPICA's disassembler, on the same bytes.
#include <gtest/gtest.h>

#include <bitset>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/acpi/tables.hpp"

namespace pci_passthrough {
namespace {

/// "DMAR 1", then each region: "reserved 8d0cd000-8d0ecfff 0000 01:00 14,00".
std::string told(const IommuTable& table) {
  std::string text =
      table.interrupt_remapping ? fmt::format("interrupts {:d}\n", *table.interrupt_remapping) : "";
  for (const auto& memory : table.reserved) {
    text += fmt::format("reserved {:x}-{:x}", memory.base, memory.limit);
    for (const auto& scope : memory.scopes) {
      text += fmt::format(" {:04x} {:02x}:{:02x}", scope.segment, static_cast<int>(scope.kind),
                          scope.start_bus);
      for (const auto& hop : scope.path)
        text += fmt::format(" {:02X},{:02X}", hop.device, hop.function);
    }
    for (const auto& ids : memory.ids) text += fmt::format(" {:04x}-{:04x}", ids.first, ids.last);
    text += "\n";
  }
  return text;
}

/// The lines "[...] KEY : VALUE" that iasl writes, in their order.
std::vector<std::pair<std::string, std::string>> disassembled(const std::string& bytes) {
  char place[] = "/tmp/pci-passthrough-iasl-XXXXXX";
  const std::string folder = ::mkdtemp(place), stem = folder + "/table";
  std::ofstream(stem + ".bin", std::ios::binary) << bytes;
  const auto status = std::system(("iasl -d " + stem + ".bin >" + folder + "/log 2>&1").c_str());
  std::ifstream file(stem + ".dsl");
  std::vector<std::pair<std::string, std::string>> lines;
  for (std::string line; std::getline(file, line);) {
    const auto close = line.find(']'), colon = line.find(" : ");
    if (!line.starts_with('[') || colon == std::string::npos || colon < close) continue;
    const auto key = line.find_first_not_of(' ', close + 1);
    lines.emplace_back(line.substr(key, colon - key),
                       line.substr(colon + 3, line.find(' ', colon + 3) - colon - 3));
  }
  std::filesystem::remove_all(folder);
  EXPECT_EQ(status, 0);
  return lines;
}

std::uint64_t hex(const std::string& text) { return std::stoull(text, nullptr, 16); }

/// iasl prints an IVMD's flags as one number; in words, as Linux names them in
/// drivers/iommu/amd/init.c: of UNITY_MAP, IR, IW and EXCLUSION_RANGE the first or the last.
bool reserves(std::uint64_t flags) {
  enum Bit { unity_map, readable, writable, exclusion_range };
  const std::bitset<8> bits(flags);
  return bits[unity_map] || bits[exclusion_range];
}

/// The same words, from iasl's lines.
std::string told_by_iasl(const std::string& bytes) {
  const bool dmar = bytes.starts_with("DMAR");
  IommuTable table;
  std::string kind;
  std::uint16_t segment = 0;
  std::uint64_t flags = 0;
  for (const auto& [key, value] : disassembled(bytes)) {
    if (key == "Subtable Type") kind = value;
    if (key == "Flags") flags = hex(value);
    if (dmar && kind.empty() && key == "Flags") table.interrupt_remapping = (flags & 1) != 0;
    if (dmar && kind == "0001") {
      auto* last = table.reserved.empty() ? nullptr : &table.reserved.back();
      if (key == "PCI Segment Number") segment = static_cast<std::uint16_t>(hex(value));
      if (key == "Base Address") table.reserved.push_back({hex(value), 0, {}, {}});
      if (key == "End Address (limit)") last->limit = hex(value);
      if (key == "Device Scope Type")
        last->scopes.push_back({DeviceScope::Kind(hex(value)), segment, 0, {}});
      if (key == "PCI Bus Number")
        last->scopes.back().start_bus = static_cast<std::uint8_t>(hex(value));
      if (key == "PCI Path")
        last->scopes.back().path.push_back({static_cast<std::uint8_t>(hex(value)),
                                            static_cast<std::uint8_t>(hex(value.substr(3)))});
    }
    if (!dmar && kind.starts_with("2")) {
      static std::uint16_t id, aux;
      if (key == "DeviceId") id = static_cast<std::uint16_t>(hex(value));
      if (key == "Auxiliary Data") aux = static_cast<std::uint16_t>(hex(value));
      if (key == "Start Address")
        table.reserved.push_back({hex(value),
                                  0,
                                  {},
                                  {kind == "20"   ? DeviceIds{0, 0, 0xffff}
                                   : kind == "21" ? DeviceIds{0, id, id}
                                                  : DeviceIds{0, id, aux}}});
      if (key == "Memory Length") {
        table.reserved.back().limit = table.reserved.back().base + hex(value) - 1;
        if (!reserves(flags)) table.reserved.pop_back();
      }
    }
  }
  return told(table);
}

TEST(IaslOracle, ReadsTheSameInEveryTable) {
  ASSERT_EQ(std::system("iasl -v >/dev/null 2>&1"), 0) << "acpica-tools is missing";
  int regions = 0;
  const auto tables = tables_at_hand();
  for (const auto& [name, bytes] : tables) {
    const auto read = read_table(bytes);
    ASSERT_TRUE(read.table) << name << ": " << read.error;
    EXPECT_EQ(told(*read.table), told_by_iasl(bytes)) << name;
    regions += static_cast<int>(read.table->reserved.size());
  }
  std::cout << tables.size() << " tables, " << regions << " regions\n";
  EXPECT_GE(tables.size(), 5u);
  EXPECT_GE(regions, 9);
}

}  // namespace
}  // namespace pci_passthrough
