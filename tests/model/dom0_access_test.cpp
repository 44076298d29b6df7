#include "plugin/model/dom0_access.hpp"

#include <gtest/gtest.h>

#include "plugin/model/entries.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

std::string_view access_at(const Snapshot& snapshot, std::string_view address) {
  return name_of(Analysis(snapshot).dom0_access(*snapshot.find(at(address))));
}

TEST(Dom0Access, TheFourWords) {
  const auto& host = recorded("xcp-ng-8.3");
  EXPECT_EQ(access_at(host, "3b:00.0"), "disabled");
  EXPECT_EQ(access_at(host, "01:00.0"), "disable_on_reboot");
  EXPECT_EQ(access_at(host, "8b:00.0"), "enable_on_reboot");
  EXPECT_EQ(access_at(host, "88:00.0"), "enabled");
}

TEST(Dom0Access, UnknownIsNoWord) {
  auto host = recorded("xcp-ng-8.3");
  host.boot.running.reset();
  EXPECT_EQ(access_at(host, "3b:00.0"), "") << "/proc/cmdline could not be read";

  host = with_boot_text(recorded("xcp-ng-8.3"), "menuentry {");
  ASSERT_TRUE(host.boot.file.error);
  EXPECT_EQ(access_at(host, "3b:00.0"), "") << "the boot file is broken";

  host = recorded("xcp-ng-8.3");
  host.boot.file.entries.at(0).has_variables = true;
  EXPECT_EQ(access_at(host, "3b:00.0"), "") << "a variable of GRUB's may hold a list";
}

TEST(Dom0Access, AnOverrideThatNamesNoEntryBootsTheFirst) {
  auto host = recorded("xcp-ng-8.3");
  host.boot.file =
      with_text(host.boot.file, replaced(host.boot.file.text, "set default=0", "set default=2"));
  EXPECT_EQ(access_at(host, "3b:00.0"), "enable_on_reboot");
  for (const char* stale : {"no such entry", "44"}) {
    host.boot.grubenv_override = stale;
    EXPECT_EQ(access_at(host, "3b:00.0"), "disabled") << stale;
  }
}

TEST(Dom0Access, TheNextBootIsTheOverridesNotTheDefaults) {
  auto host = recorded("xcp-ng-8.3");
  host.boot.grubenv_override = "XCP-ng in Safe Mode";
  EXPECT_EQ(access_at(host, "3b:00.0"), "enable_on_reboot");
  EXPECT_EQ(access_at(host, "01:00.0"), "enabled");
}

TEST(Dom0Access, NoRuleReachesTheEntryThatBoots) {
  EXPECT_EQ(access_at(recorded("xcp-ng-8.3-kernel-alt"), "01:00.0"), "enabled");
}

TEST(Dom0Access, AListWithAnErrorHidesNothing) {
  const auto host = hiding(recorded("xcp-ng-8.3"), "(0000:3b:00.0)(0000:3b:00:1)");
  EXPECT_EQ(access_at(host, "3b:00.0"), "enable_on_reboot");
}

TEST(Dom0Access, AListThatXenWouldCutHidesNothing) {
  const auto& host = recorded("xcp-ng-8.3");
  const std::string rule = "xen-pciback.hide=(0000:01:00.0)", filler(max_command_line, 'x');
  EXPECT_EQ(access_at(with_arguments(host, "xe", rule), "01:00.0"), "disable_on_reboot");
  EXPECT_EQ(access_at(with_arguments(host, "xe", filler + " " + rule), "01:00.0"), "enabled");
  EXPECT_EQ(access_at(with_arguments(host, "xe", rule + " " + filler), "01:00.0"),
            "disable_on_reboot");
}

/// A cut takes the blank before an argument with it: what is left whole counts, and half a rule
/// does not.
TEST(Dom0Access, ACutBetweenTwoArgumentsLeavesTheFirstWhole) {
  const auto& host = recorded("xcp-ng-8.3");
  const std::string rule = " xen-pciback.hide=(0000:01:00.0)", last = " quiet";
  const auto with_filler = [&](std::size_t size) {
    return with_arguments(host, "xe", std::string(size, 'x') + rule + last);
  };
  const auto shortest = entry_of(with_filler(1), "xe").command_line.size();
  for (std::size_t excess = 0; excess <= rule.size() + last.size() + 1; ++excess) {
    const auto cut = with_filler(max_command_line + excess - shortest + 1);
    ASSERT_EQ(entry_of(cut, "xe").command_line.size(), max_command_line + excess);
    EXPECT_EQ(access_at(cut, "01:00.0"), excess <= last.size() ? "disable_on_reboot" : "enabled")
        << excess;
  }
}

TEST(Dom0Access, ALegacyNameHidesNothing) {
  const auto& host = recorded("xcp-ng-8.3");
  EXPECT_EQ(access_at(with_arguments(host, "xe", "pciback.hide=(0000:3b:00.0)"), "3b:00.0"),
            "enable_on_reboot");
  const auto& old = recorded("xenserver-6.2");
  EXPECT_EQ(access_at(with_arguments(old, "xe", "pciback.hide=(0000:06:00.0)"), "06:00.0"),
            "disable_on_reboot");
  EXPECT_EQ(access_at(with_arguments(old, "xe", "xen-pciback.hide=(0000:06:00.0)"), "06:00.0"),
            "enabled");
}

/// A root port with a PCIe-to-PCI bridge and two functions behind that, and a CardBus bridge.
Snapshot bridged() {
  const auto function = [](std::string_view address, const std::vector<std::string>& path,
                           std::uint32_t code, std::uint8_t header, const char* driver) {
    Function function;
    function.address = at(address);
    function.path = all_at(path);
    function.class_code = ClassCode{code};
    function.header_type = header;
    function.driver = driver;
    return function;
  };
  Snapshot snapshot;
  snapshot.functions = {function("00:1c.0", {}, 0x060400, 1, "pcieport"),
                        function("05:00.0", {"00:1c.0"}, 0x060400, 1, ""),
                        function("06:01.0", {"00:1c.0", "05:00.0"}, 0x020000, 0, "e1000"),
                        function("06:02.0", {"00:1c.0", "05:00.0"}, 0x060700, 2, "yenta_cardbus"),
                        function("07:00.0", {"00:1d.0"}, 0x020000, 0, "e1000e")};
  return snapshot;
}

std::vector<std::string> hidden_by(const char* text) {
  const auto list = parse_hide_list(text, PcibackKind::pvops);
  EXPECT_FALSE(list.error) << text;
  std::vector<std::string> hidden;
  for (const auto& function : bridged().functions)
    if (hides(list, function)) hidden.push_back(function.address.text());
  return hidden;
}

TEST(Hides, WhatTheKernelSeizes) {
  using Texts = std::vector<std::string>;
  EXPECT_EQ(hidden_by("(0000:00:1c.0)"), (Texts{"0000:05:00.0", "0000:06:01.0"}))
      << "a root port stays, all behind it goes";
  EXPECT_EQ(hidden_by("(0000:05:00.0)"), (Texts{"0000:05:00.0", "0000:06:01.0"}))
      << "a PCIe-to-PCI bridge goes with all behind it";
  EXPECT_EQ(hidden_by("(0000:06:02.0)"), Texts{}) << "CardBus is never taken";
  EXPECT_EQ(hidden_by("(06:01.*)"), Texts{"0000:06:01.0"});
  EXPECT_EQ(hidden_by("(07:*.*)"), Texts{"0000:07:00.0"});
  EXPECT_EQ(hidden_by(""), Texts{});
}

TEST(Hides, APortWhoseDriverIsNotKnownMayGo) {
  auto port = bridged().functions.front();
  port.driver.reset();
  EXPECT_TRUE(hides(parse_hide_list("(0000:00:1c.0)", PcibackKind::pvops), port));
}

}  // namespace
}  // namespace pci_passthrough
