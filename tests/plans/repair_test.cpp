#include "plugin/plans/repair.hpp"

#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/plans/repaired.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

/// The hide arguments of `xe` once it is repaired.
std::string lists_after(const Snapshot& host) {
  const auto decision = repaired(host);
  EXPECT_TRUE(decision.refusals.empty());
  const auto after =
      decision.plan.files.empty() ? host : with_boot_text(host, decision.plan.files.front().after);
  EXPECT_TRUE(repaired(after).plan.files.empty()) << "once is enough";
  std::vector<std::string> found;
  for (const auto& argument : entry_of(after, "xe").arguments)
    if (argument.value.find("hide") != std::string::npos) found.push_back(argument.value);
  return joined(found, " ");
}

const Identity* find(const Remember& remember, const char* address) {
  const auto found = std::ranges::find(remember.all, at(address), &Identity::address);
  return found == remember.all.end() ? nullptr : &*found;
}

TEST(Repair, WritesTheOneFormThatAllRead) {
  const struct {
    const char* host;
    const char* arguments;
    const char* repaired;
  } cases[] = {
      {nas, "xen-pciback.hide=(3b:00.0)", "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "xen-pciback.hide=(3b:00.*)", "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)"},
      {nas, "xen-pciback.hide=(0000:3B:00.0)", "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "xen_pciback.hide=(0000:3b:00.0)", "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "xen-pciback.hide=(3b:00.0)(0000:3b:00.0)", "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "pciback.hide=(0000:3b:00.0)", "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "pciback.hide=(0000:3b:00.0) xen-pciback.hide=(0000:3b:00.0)",
       "xen-pciback.hide=(0000:3b:00.0)"},
      {nas, "pciback.hide=(3b:00.1) xen-pciback.hide=(3b:00.0)",
       "xen-pciback.hide=(0000:3b:00.0)(0000:3b:00.1)"},
      {nas, "xen-pciback.hide=(3b:00.0) xen-pciback.hide=(3b:00.1)",
       "xen-pciback.hide=(0000:3b:00.1)(0000:3b:00.0)"},
      {nas, "xen-pciback.hide=", "xen-pciback.hide="},
      {nas, "", ""},
      {old, "xen-pciback.hide=(06:00.0)", "pciback.hide=(0000:06:00.0)"},
  };
  for (const auto& one : cases)
    EXPECT_EQ(lists_after(with_arguments(recorded(one.host), "xe", one.arguments)), one.repaired)
        << one.arguments;
}

TEST(Repair, LeavesWhatIsRightAsItIs) {
  for (const auto& name : recorded_hosts()) {
    if (name == "xcp-ng-8.3-kernel-alt") continue;  // holds a short address
    const auto decision = repaired(recorded(name), true);
    EXPECT_TRUE(decision.plan.files.empty()) << name;
    EXPECT_TRUE(decision.refusals.empty()) << name;
  }
}

TEST(Repair, JudgesWhatNewlyTakesEffect) {
  const auto host = with_arguments(recorded(nas), "xe", "pciback.hide=(88:00.0)");
  const auto decision = repaired(host);
  ASSERT_FALSE(decision.refusals.empty());
  EXPECT_EQ(decision.refusals[0].code, "boot-controller-hidden");
}

TEST(Repair, TakesTheFirstOfTwoEqualArgumentsAway) {
  const auto host = with_arguments(recorded(nas), "xe", "ro nolvm dom0=x quiet dom0=x");
  const auto decision = repaired(host);
  ASSERT_FALSE(decision.plan.files.empty());
  const auto after = with_boot_text(host, decision.plan.files[0].after);
  EXPECT_TRUE(repeated_arguments(entry_of(after, "xe")).empty());
  std::set<std::string> words, left;
  for (const auto& argument : entry_of(host, "xe").arguments) words.insert(argument.value);
  for (const auto& argument : entry_of(after, "xe").arguments) left.insert(argument.value);
  EXPECT_EQ(words, left);
  EXPECT_EQ(entry_of(after, "xe").arguments.back().value, "dom0=x");
}

TEST(Repair, FollowsADeviceThatMoved) {
  EXPECT_EQ(lists_after(sas_moved_from("99:00.0")),
            "xen-pciback.hide=(0000:3b:00.0)(0000:18:00.0)");
  const auto remember = repaired(with_pool(sas_moved_from("99:00.0"))).plan.remember;
  ASSERT_TRUE(remember);
  EXPECT_TRUE(find(*remember, "18:00.0"));
  EXPECT_FALSE(find(*remember, "99:00.0"));
}

TEST(Repair, AMoveOntoDom0sDiskIsRefused) {
  auto host = recorded(nas);
  auto identity = *identity_of(host, function_of(host, "88:00.0"));
  identity.address = at("87:00.0");
  host.identities = {identity};
  const auto decision = repaired(hiding(host, "(0000:87:00.0)"));
  ASSERT_FALSE(decision.refusals.empty());
  EXPECT_EQ(decision.refusals[0].code, "boot-controller-hidden");
}

std::vector<PciAddress> remembered(const Decision& decision) {
  std::vector<PciAddress> addresses;
  if (decision.plan.remember)
    for (const auto& identity : decision.plan.remember->all) addresses.push_back(identity.address);
  return addresses;
}

TEST(Remembering, WhatTheRulesOfAChangeName) {
  const auto& host = recorded(nas);
  EXPECT_EQ(remembered(hide_devices(host, {at("18:00.0")}, {}, shell)),
            all_at({"01:00.0", "18:00.0", "3b:00.0", "3b:00.1"}));
  EXPECT_EQ(remembered(unhide_devices(host, {at("01:00.0")}, {}, shell)),
            all_at({"3b:00.0", "3b:00.1"}));
}

TEST(Remembering, ARuleThatWouldBeRefusedIsNotTrusted) {
  const auto host = hiding(recorded(nas), "(0000:3b:00.0)(0000:88:00.0)");
  EXPECT_EQ(std::ranges::count(remembered(unhide_devices(host, {at("3b:00.0")}, {}, shell)),
                               at("88:00.0")),
            0);
}

TEST(Remembering, AnotherDeviceAtTheAddressIsOneOnlyOnceItIsNamed) {
  auto host = hiding(recorded(nas), "(0000:18:00.0)");
  auto identity = *identity_of(host, function_of(host, "18:00.0"));
  identity.kind = "1000:0072 1000:3020 0107";
  host.identities = {identity};
  const auto kept = unhide_devices(host, {at("3b:00.0")}, {}, shell).plan.remember;
  ASSERT_TRUE(kept);
  EXPECT_EQ(find(*kept, "18:00.0")->kind, identity.kind);
  const auto named = hide_devices(host, {at("18:00.0")}, {}, shell).plan.remember;
  ASSERT_TRUE(named);
  EXPECT_NE(find(*named, "18:00.0")->kind, identity.kind);
}

}  // namespace
}  // namespace pci_passthrough
