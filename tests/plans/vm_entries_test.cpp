#include "plugin/plans/vm_entries.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

TEST(RepairedVmEntry, KeepsTheMeaning) {
  const struct {
    const char* before;
    const char* after;
    std::vector<std::string> left;
  } cases[] = {
      {"0/0000:06:00.0,1/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0,0/0000:07:00.0", "0/0000:06:00.0,0/0000:07:00.0", {}},
      {"0/0000:06:00.0, 0/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:0a:00.0,0/0000:0b:00.0, 0/0000:0c:00.0",
       "0/0000:0b:00.0,1/0000:0a:00.0,2/0000:0c:00.0",
       {}},
      {"0000:06:00.0", "0/0000:06:00.0", {}},
      {"06:00.0,07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0;0/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0, 0/0000:06:00.0", "0/0000:06:00.0", {}},
      {"0/0000:06:00.01", "0/0000:06:00.01", {"0/0000:06:00.01"}},
      {"5/0000:06:00.01,07:00.0", "0/0000:06:00.01,1/0000:07:00.0", {"5/0000:06:00.01"}},
      {"0/0000:06:00.*, 0/0000:07:00.0", "0/0000:07:00.0,0/0000:06:00.*", {"0/0000:06:00.*"}},
      {"0/0000:06:00.*", "0/0000:06:00.*", {"0/0000:06:00.*"}},
      {"", "", {}},
      {"0/0:6:0.0", "0/0000:06:00.0", {}},
      {"7/0000:0A:00.0", "0/0000:0a:00.0", {}},
      {"0/0000:06:00.0 ,1/0000:07:00.0", "0/0000:06:00.0,1/0000:07:00.0", {}},
      {"0/0000:06:00.0;", "0/0000:06:00.0", {}},
      {"0/0000:0A:00.0,0/0000:0b:00.0", "0/0000:0b:00.0,1/0000:0a:00.0", {}},
      {"1/0000:0A:00.0,0/0000:06:00.*", "0/0000:0a:00.0,0/0000:06:00.*", {"0/0000:06:00.*"}},
  };
  for (const auto& [before, after, left] : cases) {
    const auto repaired = repaired_vm_entry(before);
    EXPECT_EQ(repaired.text, after) << before;
    EXPECT_EQ(repaired.left, left) << before;
    EXPECT_EQ(repaired_vm_entry(repaired.text).text, repaired.text) << "once is enough: " << before;
  }
}

using Texts = std::vector<std::string>;

/// Every way to write two devices that are there and one that is not, in three pieces.
TEST(RepairedVmEntry, WhatTheVmWouldNotStartWithIsStillDropped) {
  const PciAddress gone{0, 0x99, 0, 0};
  const Texts heads = {"0/", "3/", "", " 0/", " ", "x/"}, ends = {"", " ", ";"};
  const Texts forms = {"0000:{}:00.0", "{}:00.0", "0:{}:0.0"};
  const Mending mending = {{}, [&](const auto&, const auto& is) { return is != gone; }};
  Texts pieces[3];
  const char* buses[] = {"0A", "0b", "99"};
  for (int i = 0; i < 3; ++i)
    for (const auto& head : heads)
      for (const auto& form : forms)
        for (const auto& end : ends) {
          auto one = head + form + end;
          pieces[i].push_back(one.replace(one.find("{}"), 2, buses[i]));
        }
  std::size_t dropped = 0, mended = 0;
  for (std::size_t n = 0; n < pieces[0].size(); ++n)
    for (std::size_t k = 0; k < pieces[2].size(); ++k)
      for (const char* between : {",", ";"}) {
        const auto text = pieces[0][n] + between + pieces[2][k] + "," + pieces[1][(n * 7 + k) % 54];
        const auto before = parse_vm_entry(text).plugged();
        const auto repaired = repaired_vm_entry(text, mending);
        const auto after = parse_vm_entry(repaired.text).plugged();
        SCOPED_TRACE(text + " -> " + repaired.text);
        EXPECT_EQ(std::ranges::count(after, gone), std::ranges::count(before, gone));
        for (const auto& address : before) EXPECT_EQ(std::ranges::count(after, address), 1);
        for (const auto& address : repaired.dropped) EXPECT_EQ(address, gone);
        EXPECT_TRUE(is_in_one_form(repaired.text));
        EXPECT_EQ(repaired_vm_entry(repaired.text, mending).text, repaired.text)
            << "once is enough";
        dropped += repaired.dropped.size();
        mended += after.size() - before.size();
      }
  EXPECT_GT(dropped, 1000u);
  EXPECT_GT(mended, 1000u);
}

TEST(RepairedVmEntry, StaysByteForByteWhereAllThatIsDroppedStaysSo) {
  const PciAddress gone{0, 0x99, 0, 0};
  const Mending mending = {{}, [&](const auto&, const auto& is) { return is != gone; }};
  for (const char* text : {"0/0000:0a:00.0, 0/0000:99:00.0", "99:00.0,5/0000:0a:00.0",
                           "0000:99:00.0", "0/0000:0a:00.0,x/0000:99:00.0"})
    EXPECT_EQ(repaired_vm_entry(text, mending).text, text);
}

TEST(RepairedVmEntry, APieceThatWouldBeReadOnItsOwnIsStillDropped) {
  const PciAddress gone{0, 0x99, 0, 0};
  const Mending mending = {{}, [&](const auto&, const auto& is) { return is != gone; }};
  const auto repaired = repaired_vm_entry("0/0000:0A:00.0;1/0000:99:00.0", mending);
  EXPECT_EQ(repaired.text, "0/0000:0a:00.0, 1/0000:99:00.0");
  EXPECT_EQ(repaired.dropped, std::vector{gone});
}

}  // namespace
}  // namespace pci_passthrough
