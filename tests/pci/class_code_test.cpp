#include "plugin/pci/class_code.hpp"

#include <gtest/gtest.h>

#include <set>

namespace pci_passthrough {
namespace {

/// All of storage (01) and network (02), and every serial bus (0c) but SMBus (05).
TEST(ClassCode, WhatMayCarryDisks) {
  const std::set<unsigned> serial_buses = {0x0c00, 0x0c01, 0x0c02, 0x0c03, 0x0c04, 0x0c06,
                                           0x0c07, 0x0c08, 0x0c09, 0x0c0a, 0x0c80};
  for (unsigned base = 0; base <= 0x14; ++base)
    for (unsigned subclass :
         {0x00u, 0x01u, 0x02u, 0x03u, 0x04u, 0x05u, 0x06u, 0x07u, 0x08u, 0x09u, 0x0au, 0x80u}) {
      const auto id = base << 8 | subclass;
      const bool carries = base == 1 || base == 2 || serial_buses.contains(id);
      EXPECT_EQ(ClassCode{id << 8}.may_carry_disks(), carries) << std::hex << id;
    }
}

}  // namespace
}  // namespace pci_passthrough
