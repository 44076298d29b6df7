#include "plugin/plans/hide.hpp"

#include <gtest/gtest.h>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

using Change = Decision (*)(const Analysis&, const std::vector<PciAddress>&, const EditTerms&,
                            const Caller&);

Snapshot after(Change change, const Snapshot& host, const Texts& devices, bool all = false) {
  const auto decision = change(host, all_at(devices), {all, {}}, shell);
  if (decision.plan.files.empty()) return host;
  return with_boot_text(host, decision.plan.files.at(0).after);
}

/// The hide arguments of an entry as they stand.
std::string lists(const Snapshot& host, std::string_view label) {
  Texts found;
  for (const auto& argument : entry_of(host, label).arguments)
    if (argument.value.find("hide=") != std::string::npos) found.push_back(argument.value);
  return joined(found, " ");
}

std::string failure(Change change, const Snapshot& host, const Texts& devices) {
  try {
    change(host, all_at(devices), {}, shell);
    return "";
  } catch (const Failure& thrown) {
    return thrown.code + ": " + thrown.sentence;
  }
}

TEST(Hide, AppendsInTheEntriesThatBootAndNoOther) {
  const auto host = after(hide_devices, recorded(nas), {"18:00.0", "0000:8b:00.0"});
  for (const char* label : {"xe", "xe-serial"})
    EXPECT_EQ(
        lists(host, label),
        "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)(0000:01:00.0)(0000:18:00.0)(0000:8b:00.0)");
  for (const char* label : {"safe", "fallback", "fallback-serial"})
    EXPECT_EQ(lists(host, label), "") << label;
}

TEST(Hide, AllEntriesWhereAsked) {
  const auto host = after(hide_devices, recorded(nas), {"18:00.0"}, true);
  for (const char* label : {"safe", "fallback", "fallback-serial"})
    EXPECT_EQ(lists(host, label), "xen-pciback.hide=(0000:18:00.0)") << label;
}

/// What GRUB makes of a variable is not known before it boots.
TEST(Hide, AnEntryWithAVariableStaysByteForByte) {
  for (const char* label : {"safe", "fallback", "fallback-serial"}) {
    const auto host = with_arguments(recorded(nas), label, "$more");
    ASSERT_TRUE(entry_of(host, label).has_variables);
    const auto text_of_entry = [&](const Snapshot& snapshot) {
      const auto& text = snapshot.boot.file.text;
      const auto end = text.find("$more") + std::string_view("$more").size();
      return text.substr(text.rfind('\n', end), text.find('\n', end) - text.rfind('\n', end));
    };
    const auto hidden = after(hide_devices, host, {"18:00.0"}, true);
    EXPECT_NE(hidden.boot.file.text, host.boot.file.text);
    EXPECT_EQ(text_of_entry(hidden), text_of_entry(host)) << label;
    EXPECT_EQ(lists(hidden, label), "") << label;
    const auto back = after(unhide_devices, hidden, {"18:00.0"}, true);
    EXPECT_EQ(text_of_entry(back), text_of_entry(host)) << label;
  }
}

TEST(Hide, TwiceIsOnce) {
  for (const auto& name : recorded_hosts()) {
    const auto& device = recorded(name).functions.back().address;
    if (device.segment > 0xffff) continue;
    const auto once = after(hide_devices, recorded(name), {device.text()});
    EXPECT_TRUE(hide_devices(once, {device}, {}, shell).plan.files.empty()) << name;
    const auto back = after(unhide_devices, once, {device.text()});
    EXPECT_TRUE(unhide_devices(back, {device}, {}, shell).plan.files.empty()) << name;
  }
}

TEST(Hide, UnhidingGivesTheFirstTextAgain) {
  EXPECT_EQ(after(unhide_devices, after(hide_devices, recorded(nas), {"18:00.0"}), {"18:00.0"})
                .boot.file.text,
            recorded(nas).boot.file.text);
  EXPECT_EQ(after(unhide_devices, after(hide_devices, recorded(old), {"06:00.0"}), {"06:00.0"})
                .boot.file.text,
            recorded(old).boot.file.text);
}

TEST(Hide, WritesTheOneFormThatAllRead) {
  const auto short_form = hiding(recorded(nas), "(8b:00.0)(0000:3B:00.0)");
  EXPECT_EQ(lists(after(hide_devices, short_form, {"18:00.0"}), "xe"),
            "xen-pciback.hide=(0000:8b:00.0)(0000:3b:00.0)(0000:18:00.0)");
  EXPECT_EQ(lists(after(hide_devices, recorded(alt), {"03:00.0"}), "xe"),
            "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)(0000:03:00.0)");
}

TEST(Hide, WhatIsHiddenAlreadyIsLeftAsItStands) {
  const auto short_form = hiding(recorded(nas), "(8b:00.0)");
  EXPECT_EQ(lists(after(hide_devices, short_form, {"8b:00.0"}), "xe"),
            "xen-pciback.hide=(8b:00.0)");
}

TEST(Hide, WildcardsAreWrittenOut) {
  const auto host = hiding(recorded(nas), "(5e:00.*)(3b:*.*)");
  EXPECT_EQ(
      lists(after(hide_devices, host, {"18:00.0"}), "xe"),
      "xen-pciback.hide=(0000:5e:00.0)(0000:5e:00.1)(0000:3b:00.0)(0000:3b:00.1)(0000:18:00.0)");
  EXPECT_EQ(lists(after(unhide_devices, host, {"5e:00.0"}), "xe"),
            "xen-pciback.hide=(0000:5e:00.1)(0000:3b:00.0)(0000:3b:00.1)");
}

TEST(Hide, AWildcardOfAnAbsentCardStays) {
  const auto wild = hiding(recorded(nas), "(99:*.*)");
  EXPECT_EQ(lists(after(hide_devices, wild, {"18:00.0"}), "xe"),
            "xen-pciback.hide=(0000:99:*.*)(0000:18:00.0)");
  EXPECT_EQ(lists(after(unhide_devices, wild, {"99:00.0"}), "xe"), "");
}

TEST(Unhide, TakesADeviceOutOfEveryListAndChangesNoEffectOnAnother) {
  const struct {
    const char* before;
    const char* after;
  } cases[] = {
      {"pciback.hide=(0000:3b:00.0)(8b:00.0)", "pciback.hide=(0000:8b:00.0)"},
      {"pciback.hide=(0000:3b:00.0)", ""},
      {"xen-pciback.hide=(0000:3b:00.0)(0000:18:00.0) xen-pciback.hide=(0000:8b:00.0)",
       "xen-pciback.hide=(0000:18:00.0) xen-pciback.hide=(0000:8b:00.0)"},
      {"xen-pciback.hide=(0000:18:00.0) xen-pciback.hide=(0000:3b:00.0)", ""},
      {"xen-pciback.hide=(0000:18:00.0) xen_pciback.hide=(3b:00.*)(8b:00.0)",
       "xen-pciback.hide=(0000:18:00.0) xen-pciback.hide=(0000:3b:00.1)(0000:8b:00.0)"},
  };
  for (const auto& [before, wanted] : cases) {
    const auto host = with_arguments(recorded(nas), "xe", before);
    EXPECT_EQ(lists(after(unhide_devices, host, {"3b:00.0"}), "xe"), wanted) << before;
  }
}

TEST(Hide, SaysWhatBeginsToTakeEffectBesideIt) {
  const auto host = with_arguments(recorded(nas), "xe", "pciback.hide=(0000:8b:00.0)");
  const auto decision = hide_devices(host, all_at({"18:00.0"}), {}, shell);
  ASSERT_EQ(decision.notices.size(), 1u);
  EXPECT_NE(decision.notices[0].find("0000:8b:00.0 is hidden, too"), std::string::npos)
      << decision.notices[0];
  EXPECT_TRUE(hide_devices(recorded(nas), all_at({"18:00.0"}), {}, shell).notices.empty());
}

TEST(Hide, NamesAreMerged) {
  const struct {
    const char* before;
    const char* after;
  } cases[] = {
      {"pciback.hide=(0000:8b:00.0)", "xen-pciback.hide=(0000:8b:00.0)(0000:18:00.0)"},
      {"pciback.hide=(8b:00.0) xen-pciback.hide=(0000:3b:00.0)",
       "xen-pciback.hide=(0000:3b:00.0)(0000:8b:00.0)(0000:18:00.0)"},
      {"xen-pciback.hide=(8b:00.0) xen_pciback.hide=(0000:3b:00.0)(0000:8b:00.0)",
       "xen-pciback.hide=(0000:3b:00.0)(0000:8b:00.0)(0000:18:00.0)"},
  };
  for (const auto& [before, wanted] : cases) {
    const auto host = with_arguments(recorded(nas), "xe", before);
    EXPECT_EQ(lists(after(hide_devices, host, {"18:00.0"}), "xe"), wanted) << before;
  }
}

TEST(Hide, AnOldKernelsNameIsPciback) {
  EXPECT_EQ(lists(after(hide_devices, recorded(old), {"06:00.0"}), "xe"),
            "pciback.hide=(0000:06:00.0)");
}

TEST(Hide, ATooLongCommandLineIsRefusedWithTheNumberThatFits) {
  auto host = recorded(nas);
  Texts devices;
  for (int i = 0; i < 70; ++i) {
    Function function = function_of(host, "01:00.0");
    function.path.clear();
    function.address = {0, 0xa0, static_cast<std::uint8_t>(i % 32),
                        static_cast<std::uint8_t>(i / 32)};
    host.functions.push_back(function);
    devices.push_back(function.address.text());
  }
  std::ranges::sort(host.functions, {}, &Function::address);
  host = with_arguments(with_arguments(host, "xe", ""), "xe-serial", "");

  const auto refused = hide_devices(host, all_at(devices), {}, shell);
  ASSERT_FALSE(refused.refusals.empty());
  const auto& refusal = refused.refusals.front();
  EXPECT_EQ(refusal.code, "command-line-too-long");
  const auto number = refusal.message.find("room for ");
  ASSERT_NE(number, std::string::npos) << refusal.message;
  const auto room = std::stoul(refusal.message.substr(number + 9));

  devices.resize(room);
  EXPECT_TRUE(hide_devices(host, all_at(devices), {}, shell).refusals.empty()) << room;
  devices.push_back("0000:18:00.0");
  EXPECT_EQ(hide_devices(host, all_at(devices), {}, shell).refusals.size(), 1u) << room + 1;
}

TEST(Hide, WhatIsNotThereOrCannotBeNamed) {
  EXPECT_EQ(failure(hide_devices, recorded(nas), {"18:00.0", "99:00.0"}),
            "PCI_PASSTHROUGH_UNKNOWN_DEVICE: this host has no PCI device 0000:99:00.0; "
            "list shows those that it has");
  EXPECT_NE(failure(hide_devices, recorded("xenserver-9"), {"10000:e1:00.0"}).find("above ffff"),
            std::string::npos);
}

TEST(Unhide, ARuleOfAnAbsentDevice) {
  const auto host = hiding(recorded(nas), "(0000:3b:00.0)(0000:99:00.0)");
  EXPECT_EQ(lists(after(unhide_devices, host, {"99:00.0"}), "xe"),
            "xen-pciback.hide=(0000:3b:00.0)");
  EXPECT_EQ(failure(unhide_devices, host, {"98:00.0"}),
            "PCI_PASSTHROUGH_UNKNOWN_DEVICE: this host has no PCI device 0000:98:00.0, "
            "and no rule names it; list shows those that it has");
}

/// A rule for a whole slot could not be written out for those that are to stay hidden.
TEST(Unhide, NothingChangesWhereTheFunctionsAreUnknown) {
  const auto host = with_functions_unread(hiding(recorded(nas), "(0000:3b:00.*)"));
  const auto unhidden = unhide_devices(host, all_at({"3b:00.0"}), {}, shell);
  ASSERT_FALSE(unhidden.refusals.empty());
  EXPECT_EQ(unhidden.refusals.front().code, "functions-unknown");
  EXPECT_FALSE(repair(host, {}, shell).refusals.empty());
  const std::string unknown =
      "PCI_PASSTHROUGH_UNKNOWN_DEVICE: unknown whether this host has the PCI device 0000:18:00.0: "
      "cannot read /sys/bus/pci/devices (Input/output error); verify says more";
  EXPECT_EQ(failure(hide_devices, host, {"18:00.0"}), unknown);
  EXPECT_EQ(failure(unhide_devices, host, {"18:00.0"}), unknown);
}

TEST(Unhide, TheLastRuleTakesTheArgumentAway) {
  const auto host = after(unhide_devices, recorded(nas), {"3b:00.0", "3b:00.1", "01:00.0"});
  EXPECT_EQ(lists(host, "xe"), "");
  EXPECT_EQ(host.boot.file.text.find("hide"), std::string::npos);
}

TEST(Unhide, WhatABridgesRuleHidesIsTold) {
  for (const char* list : {"(0000:87:11.0)", "(0000:87:11.0)(0000:8b:00.0)"}) {
    const auto host = hiding(recorded(nas), list);
    EXPECT_EQ(failure(unhide_devices, host, {"8b:00.0"}),
              "PCI_PASSTHROUGH_INVALID_ARGUMENT: 0000:8b:00.0 is hidden by the rule for the bridge "
              "0000:87:11.0 above it; unhide that")
        << list;
  }
  const auto host = hiding(recorded(nas), "(0000:87:11.0)(0000:8b:00.0)");
  EXPECT_EQ(lists(after(unhide_devices, host, {"8b:00.0", "87:11.0"}), "xe"), "");
}

TEST(Unhide, TheFallbackEntriesStay) {
  const auto host = with_arguments(recorded(nas), "fallback", "xen-pciback.hide=(0000:3b:00.0)");
  const auto unhidden = after(unhide_devices, host, {"3b:00.0"});
  EXPECT_EQ(lists(unhidden, "fallback"), "xen-pciback.hide=(0000:3b:00.0)");
  EXPECT_EQ(lists(after(unhide_devices, host, {"3b:00.0"}, true), "fallback"), "");
}

}  // namespace
}  // namespace pci_passthrough
