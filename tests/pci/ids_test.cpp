#include "plugin/pci/ids.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

constexpr char pci_ids[] =
    "8086  Intel Corporation\n\t1533  I210\n\t\t15d9 0652  On board\n"
    "C 01  Mass storage controller\n\t06  SATA controller\n\t\t01  AHCI 1.0\n"
    "C ff  Unassigned class\n";

PciNames asked() {
  PciNames names;
  names.vendors[0x8086];
  names.devices[{0x8086, 0x1533}];
  for (const std::uint16_t code : {0x0106, 0x01ab, 0xff00, 0x0200}) names.classes[code];
  for (const std::uint8_t base : {0x01, 0xff, 0x02}) names.base_classes[base];
  return names;
}

TEST(PciNames, AClassWithoutANameHasThatOfItsBase) {
  auto names = asked();
  names.look_up(pci_ids);
  EXPECT_EQ(names.class_name(0x0106), "SATA controller");
  EXPECT_EQ(names.class_name(0x01ab), "Mass storage controller");
  EXPECT_EQ(names.class_name(0xff00), "Unassigned class");
  EXPECT_EQ(names.class_name(0x0200), "");
}

TEST(PciNames, AnExcerptTellsTheSame) {
  auto names = asked(), again = asked();
  names.look_up(pci_ids);
  again.look_up(names.excerpt());
  EXPECT_EQ(again.excerpt(), names.excerpt());
  EXPECT_EQ(again.class_name(0x01ab), "Mass storage controller");
  EXPECT_EQ(again.devices, names.devices);
}

}  // namespace
}  // namespace pci_passthrough
