#pragma once

#include <fmt/format.h>

#include <cstring>
#include <filesystem>
#include <map>
#include <string>

#include "plugin/acpi/iommu_table.hpp"
#include "plugin/host/host.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

inline std::string with_checksum(std::string table) {
  table[9] = 0;
  unsigned sum = 0;
  for (const char byte : table) sum += static_cast<unsigned char>(byte);
  table[9] = static_cast<char>(256 - sum % 256);
  return table;
}

/// A little-endian number of `size` bytes.
inline std::string bytes_of(std::uint64_t number, std::size_t size) {
  std::string bytes;
  for (std::size_t i = 0; i < size; ++i) bytes += static_cast<char>(number >> 8 * i);
  return bytes;
}

/// A whole table of this signature with these structures behind its first 48 bytes; the flags of a
/// DMAR stand in `flags`.
inline std::string table_of(std::string_view signature, std::string_view structures,
                            std::uint8_t flags = 1) {
  auto table = std::string(signature) + bytes_of(48 + structures.size(), 4) + std::string(28, '\0');
  table[8] = 1;
  table += std::string("\x26") + static_cast<char>(flags) + std::string(10, '\0');
  return with_checksum(table + std::string(structures));
}

/// One IVMD block.
inline std::string ivmd(std::uint8_t kind, std::uint8_t flags, std::uint16_t id, std::uint16_t aux,
                        std::uint64_t base, std::uint64_t size) {
  return bytes_of(kind, 1) + bytes_of(flags, 1) + bytes_of(32, 2) + bytes_of(id, 2) +
         bytes_of(aux, 2) + bytes_of(0, 8) + bytes_of(base, 8) + bytes_of(size, 8);
}

inline ReadTable read_table(std::string_view bytes) {
  return bytes.starts_with("IVRS") ? read_ivrs(bytes) : read_dmar(bytes);
}

/// Every table at hand, by where it comes from, under the signature that it had before Xen came: of
/// our recorded hosts, of the world's where it is there, and one of each kind made here.
inline const std::map<std::string, std::string>& tables_at_hand() {
  static std::map<std::string, std::string> tables;
  if (!tables.empty()) return tables;
  for (const auto& name : recorded_hosts()) {
    const ScratchRoot root(text_of_file(recordings() / (name + ".host")));
    const auto& path = recorded(name).iommu.table_path;
    if (path.empty()) continue;
    auto bytes = text_of_file(root.path() + path);
    if (!bytes.starts_with("IVRS")) bytes = with_checksum(bytes.replace(0, 4, "DMAR"));
    tables[name] = bytes;
  }
  const auto world =
      std::filesystem::path(PCI_PASSTHROUGH_SOURCE_DIR).parent_path() / "shared/hosts/acpi";
  if (std::filesystem::exists(world))
    for (const auto& entry : std::filesystem::directory_iterator(world))
      tables[entry.path().filename()] = text_of_file(entry.path());
  tables["an IVRS with memory"] = table_of(
      "IVRS", ivmd(0x20, 9, 0, 0, 0x1000, 0x2000) + ivmd(0x21, 1, 0xa0, 0, 0xdf7c0000, 0x10000) +
                  ivmd(0x22, 7, 0x10, 0x18, 0x100000000, 0x1000) +
                  ivmd(0x21, 0, 0xa8, 0, 0x3000, 0x1000));
  for (const auto& [flags, name] : {std::pair{0x08, "excluded"},
                                    {0x0e, "excluded, read, written"},
                                    {0x01, "unity"},
                                    {0x06, "read, written"}})
    tables[fmt::format("an IVRS with memory that is {}", name)] =
        table_of("IVRS", ivmd(0x21, static_cast<std::uint8_t>(flags), 0xb0, 0, 0x4000, 0x1000));
  return tables;
}

}  // namespace pci_passthrough
