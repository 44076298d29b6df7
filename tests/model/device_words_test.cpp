#include "plugin/model/device_words.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

TEST(KindWord, EveryClassHasOneThatFitsItsColumn) {
  constexpr std::size_t column = 6;
  for (std::uint32_t id = 0; id <= 0xffff; ++id) {
    ListedDevice device;
    device.class_id = static_cast<std::uint16_t>(id);
    const auto word = kind_word(device);
    ASSERT_FALSE(word.empty()) << id;
    ASSERT_LE(word.size(), column) << id;
    ASSERT_EQ(word.find("ff"), word.npos) << id;
  }
  EXPECT_EQ(kind_word({}), "?");
}

TEST(NameWords, NoneIsEmpty) {
  ListedDevice device;
  EXPECT_EQ(name_words(device), "?");
  device.vendor_id = 0x10de, device.device_id = 0x24b0;
  EXPECT_EQ(name_words(device), "10de:24b0");
  device.vendor = "NVIDIA Corporation";
  EXPECT_EQ(name_words(device), "NVIDIA 10de:24b0");
}

}  // namespace
}  // namespace pci_passthrough
