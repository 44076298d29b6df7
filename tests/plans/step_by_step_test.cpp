/// A line that Xen cuts is shortened in as many steps as somebody likes, and replacing names all
/// that goes.
#include <gtest/gtest.h>

#include "plugin/plans/hide.hpp"
#include "plugin/plans/repair.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

/// So many addresses that no device has.
std::vector<PciAddress> absent(int count) {
  std::vector<PciAddress> all;
  for (int i = 0; i < count; ++i)
    all.push_back({0, 0xa0, static_cast<std::uint8_t>(i / 8), static_cast<std::uint8_t>(i % 8)});
  return all;
}

Snapshot with_list(const Snapshot& host, const std::string& list) {
  return with_arguments(hiding(host, list), "xe-serial", "");
}

std::size_t size_of(const Snapshot& host) { return entry_of(host, "xe").command_line.size(); }

Snapshot changed(const Snapshot& host, const Decision& decision) {
  return decision.plan.files.empty() ? host : with_boot_text(host, decision.plan.files.at(0).after);
}

TEST(StepByStep, ALineThatIsCutIsShortenedOneByOne) {
  for (const int count : {68, 75, 90}) {
    auto all = absent(count);
    auto host = with_list(recorded(nas), write_hide_list(std::span<const PciAddress>(all)));
    ASSERT_GT(size_of(host), max_command_line) << count;
    while (size_of(host) > max_command_line) {
      const auto one = unhide_devices(host, {all.back()}, {}, shell);
      ASSERT_TRUE(one.refusals.empty()) << one.refusals.front().message;
      const auto after = changed(host, one);
      ASSERT_LT(size_of(after), size_of(host));
      const bool is_said =
          std::ranges::count(one.findings, "command-line-too-long", &Finding::code) != 0;
      EXPECT_EQ(is_said, size_of(after) > max_command_line);
      all.pop_back();
      host = after;
    }
  }
}

/// What else would be hidden once the line fits is judged as a hide, though another was named;
/// wherever the cut falls.
TEST(StepByStep, WhatBeginsToTakeEffectIsJudged) {
  const auto disk = *PciAddress::parse("0000:88:00.0");
  std::size_t refused = 0;
  for (int fill = 0; fill < 14; ++fill) {
    auto all = absent(40);
    Snapshot host;
    do {
      all = absent(static_cast<int>(all.size()) + 1);
      auto list = all;
      list.insert(list.begin(), disk);
      host = with_arguments(with_arguments(recorded(nas), "xe-serial", ""), "xe",
                            "fill=" + std::string(fill, 'x') + " xen-pciback.hide=" +
                                write_hide_list(std::span<const PciAddress>(list)));
    } while (size_of(host) <= max_command_line);
    const auto one = unhide_devices(host, {all.back()}, {}, shell);
    const Analysis before = host;
    const auto xe = *host.boot.file.find("xe");
    const bool was = std::ranges::count(before.rules().entries[xe].hidden, disk) != 0;
    EXPECT_EQ(one.refusals.empty(), was) << fill;
    for (const auto& refusal : one.refusals) EXPECT_EQ(refusal.device, disk);
    EXPECT_EQ(one.notices.empty(), was) << fill;
    refused += !one.refusals.empty();
  }
  EXPECT_EQ(refused, 13u);
}

TEST(StepByStep, NoLineGetsLonger) {
  const auto host =
      with_list(recorded(nas), write_hide_list(std::span<const PciAddress>(absent(80))));
  for (const auto& decision :
       {hide_devices(host, all_at({"18:00.0"}), {}, shell), repair(host, EditTerms{}, shell)})
    EXPECT_EQ(std::ranges::count(decision.refusals, "command-line-too-long", &Finding::code), 1);
}

TEST(StepByStep, ReplacingNamesWhateverGoes) {
  const std::string pieces[] = {"(0000:3b:00.0)", "(0000:0b:00.0)", "(0000:99:*.*)",
                                "(0000:98:00.*)", "(0000:3b:*.*)",  "(0000:97:00)"};
  const std::string named[] = {"0000:3b:00.0",   "0000:0b:00.0", "(0000:99:*.*)",
                               "(0000:98:00.*)", "0000:3b:00.1", "(0000:97:00)"};
  for (unsigned chosen = 1; chosen < 1u << std::size(pieces); ++chosen) {
    std::string list;
    for (std::size_t i = 0; i < std::size(pieces); ++i)
      if (chosen & 1u << i) list += pieces[i];
    const auto decision =
        hide_exactly(with_list(recorded(nas), list), all_at({"18:00.0"}), {}, shell);
    std::string said;
    for (const auto& notice : decision.notices) said += notice + "\n";
    const bool is_rejected = chosen & 1u << (std::size(pieces) - 1);
    for (std::size_t i = 0; i < std::size(pieces); ++i)
      if (chosen & 1u << i)
        EXPECT_NE(said.find(is_rejected ? pieces[i] : named[i]), std::string::npos) << list << "\n"
                                                                                    << said;
    if (decision.plan.files.empty()) ADD_FAILURE() << list;
  }
}

}  // namespace
}  // namespace pci_passthrough
