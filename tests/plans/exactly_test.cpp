#include <gtest/gtest.h>

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "plugin/plans/hide.hpp"
#include "plugin/plans/rules.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

Snapshot with_exactly(const Snapshot& host, const Addresses& devices, bool all = false) {
  const auto decision = hide_exactly(host, devices, {all, {}}, shell);
  if (decision.plan.files.empty()) return host;
  return with_boot_text(host, decision.plan.files.at(0).after);
}

std::string value_of(const Snapshot& host, std::string_view label) {
  const Analysis analysis = host;
  for (std::size_t i = 0; i < host.boot.file.entries.size(); ++i)
    if (host.boot.file.entries[i].label == label)
      return std::string(analysis.rules().entries[i].stands.value().value_or("-"));
  return "no such entry";
}

Addresses sorted(Addresses all) {
  std::ranges::sort(all);
  return all;
}

/// What each everyday entry names now.
void expect_exactly(const Analysis& host, const Addresses& devices, const std::string& what) {
  for (const auto i : host.rules().everyday) {
    if (host.boot().file.entries[i].has_variables) continue;
    const auto rules = rules_of(host, i);
    ASSERT_TRUE(rules) << what;
    EXPECT_EQ(sorted(*rules), sorted(devices)) << what;
  }
}

TEST(HideExactly, OneChangeHidesAndUnhides) {
  const auto host = with_exactly(recorded(nas), all_at({"18:00.0", "3b:00.0"}));
  EXPECT_EQ(value_of(host, "xe"), "(0000:3b:00.0)(0000:18:00.0)");
  EXPECT_EQ(value_of(host, "safe"), "-");
}

TEST(HideExactly, OnEveryHostWhateverStoodThereTheSecondCallChangesNothing) {
  const std::vector<std::string> before = {
      "",         "(8b:00.0)(0000:3B:00.0)", "(0000:0b:00.*)", "(0000:18:00.0",
      "nonsense", "(0000:06:00.0)(ff:1f.7)"};
  for (const auto& name : recorded_hosts()) {
    const auto& first = recorded(name);
    if (first.boot.file.error) continue;
    Addresses some;
    for (const auto& function : first.functions)
      if (function.address.is_nameable() && !function.is_bridge() && some.size() < 3)
        some.push_back(function.address);
    for (const auto& rules : before)
      for (std::size_t count = 0; count <= some.size(); ++count) {
        const Addresses devices(some.begin(), some.begin() + static_cast<std::ptrdiff_t>(count));
        const auto what = name + " " + rules + " " + std::to_string(count);
        const auto once = with_exactly(hiding(first, rules), devices);
        expect_exactly(once, devices, what);
        const auto again = hide_exactly(once, devices, {}, shell);
        EXPECT_TRUE(again.plan.files.empty()) << what;
        EXPECT_TRUE(again.notices.empty()) << what;
      }
  }
}

TEST(HideExactly, IsUnhideWhereNoneIsNamed) {
  for (const auto& name : recorded_hosts()) {
    if (recorded(name).boot.file.error) continue;
    const auto& device = recorded(name).functions.back().address;
    if (!device.is_nameable()) continue;
    const auto none = with_exactly(recorded(name), {});
    const auto one = with_exactly(none, {device});
    EXPECT_EQ(with_exactly(one, {}).boot.file.text, none.boot.file.text) << name;
  }
}

TEST(HideExactly, NamesWhatGoes) {
  const auto host = hiding(recorded(nas), "(0000:3b:00.0)(0000:0b:00.0)");
  const auto decision = hide_exactly(host, all_at({"18:00.0"}), {}, shell);
  ASSERT_EQ(decision.notices.size(), 2u);
  EXPECT_TRUE(decision.notices[0].starts_with("No rule hides these any more: 0000:3b:00.0"));
  EXPECT_TRUE(decision.notices[1].starts_with(
      "Rules of devices that are not on this host go: 0000:0b:00.0"));
}

TEST(HideExactly, AnEmptyListIsAnErrorAndNoneMustBeMeant) {
  EXPECT_EQ(refused(recorded(nas), "hide", {{"devices", " "}, {"replace", "true"}}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: devices is empty; expected addresses: "
            "devices=06:00.0,0000:07:00.0");
  EXPECT_EQ(refused(recorded(nas), "hide", {{"devices", "none"}}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: devices=none hides nothing; with replace=true it "
            "takes all rules away");
  for (const char* mixed : {"none,18:00.0", "none none"})
    EXPECT_NE(refused(recorded(nas), "hide", {{"devices", mixed}, {"replace", "true"}}), "");
  const auto decision = decided(recorded(nas), "hide", {{"devices", "none"}, {"replace", "true"}});
  EXPECT_EQ(value_of(with_boot_text(recorded(nas), decision.plan.files.at(0).after), "xe"), "-");
}

TEST(HideExactly, RefusesWhatHideRefuses) {
  for (const auto& name : recorded_hosts())
    for (const auto& function : recorded(name).functions) {
      if (!function.address.is_nameable()) continue;
      const auto exactly = hide_exactly(recorded(name), {function.address}, {}, shell);
      for (const auto& finding :
           hide_devices(recorded(name), {function.address}, {}, shell).refusals)
        if (finding.device == function.address)
          EXPECT_TRUE(std::ranges::any_of(exactly.refusals,
                                          [&](const Finding& other) {
                                            return other.code == finding.code &&
                                                   other.device == finding.device;
                                          }))
              << name << " " << function.address.text() << " " << finding.code;
    }
}

}  // namespace
}  // namespace pci_passthrough
