#include "plugin/plans/identities.hpp"

#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "plugin/plans/assign.hpp"
#include "plugin/plans/hide.hpp"
#include "tests/plans/repaired.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

/// The host once the decision was carried out.
Snapshot done(const Decision& decision, const Snapshot& before) {
  auto host = decision.plan.files.empty()
                  ? before
                  : with_boot_text(before, decision.plan.files.front().after);
  for (const auto& entry : decision.plan.vm_fields) host.pool->vms.at(entry.vm).pci = entry.after;
  if (decision.plan.remember) host.identities = decision.plan.remember->all;
  return host;
}

std::string remembered(const Snapshot& host) {
  std::vector<std::string> addresses;
  for (const auto& identity : host.identities) addresses.push_back(identity.address.text());
  return joined(addresses, " ");
}

std::string list_of_xe(const Snapshot& host) {
  for (const auto& argument : entry_of(host, "xe").arguments)
    if (argument.value.starts_with("xen-pciback.hide=")) return argument.value;
  return "";
}

/// This list in both entries that have one.
Snapshot ruled(const Snapshot& host, const std::string& list) {
  const auto arguments = list.empty() ? list : "xen-pciback.hide=" + list;
  return with_arguments(with_arguments(host, "xe", arguments), "xe-serial", arguments);
}

/// The HBA at 18:00.0 was remembered at 99:00.0, and the rule is for that.
Snapshot moved(std::vector<std::string> from = {"99:00.0"}) {
  auto host = recorded(nas);
  for (const auto& one : from) {
    auto identity = *identity_of(host, function_of(host, "18:00.0"));
    identity.address = at(one);
    host.identities.push_back(identity);
  }
  return ruled(host, "(0000:99:00.0)");
}

void is_not_pinned(VmRecord& vm) { vm.affinity = ""; }
void runs(VmRecord& vm) {
  vm.power_state = "Running";
  vm.resident_on = "host-1";
}

Snapshot without_vms(Snapshot host) {
  host.pool.reset();
  host.unreadable["xapi"] = "nobody listens";
  return host;
}

TEST(Memory, OfWhatIsAssignedWithoutARule) {
  const auto host = with_vm(ruled(recorded(nas), ""), "nas", {});
  const auto decision = assign_devices(host, "nas", all_at({"01:00.0"}), {}, shell);
  ASSERT_TRUE(decision.plan.remember);
  EXPECT_EQ(decision.plan.remember->added, all_at({"01:00.0"}));
  const auto after = done(decision, host);
  EXPECT_EQ(remembered(after), "0000:01:00.0");
  const auto unassigned = unassign_devices(after, "nas", {}, {}, shell);
  EXPECT_EQ(remembered(done(unassigned, after)), "");
}

TEST(Memory, OfAVmsEntryIsMadeByAnyChangeThatFindsItSane) {
  const auto remembers = [](const Snapshot& host) {
    return remembered(done(unhide_devices(host, {at("3b:00.0")}, {}, shell), host));
  };
  const auto host = ruled(recorded(nas), "(0000:3b:00.0)");
  EXPECT_EQ(remembers(with_vm(host, "nas", "0/0000:01:00.0")), "0000:01:00.0");
  EXPECT_EQ(remembers(with_vm(host, "nas", "0/0000:5e:00.1")), "") << "management: suspect";
  EXPECT_EQ(remembers(with_second_host(with_vm(host, "nas", "0/0000:01:00.0",
                                               [](VmRecord& vm) { vm.affinity = "host-2"; }))),
            "");
  EXPECT_EQ(remembers(with_second_host(with_vm(host, "nas", "0/0000:01:00.0", is_not_pinned))), "")
      << "it may mean another host's";
}

/// pciback shows no MAC and no disk of what it holds.
TEST(Memory, OfAHiddenCardKeepsWhatWasSeenOfIt) {
  const std::string mac = "mac ac:1f:6b:8d:03:5e";
  auto host = ruled(recorded(nas), "");
  host = done(hide_devices(host, {at("01:00.0")}, {}, shell), host);
  ASSERT_EQ(remembered(host), "0000:01:00.0");
  ASSERT_TRUE(host.identities[0].stable_ids.contains(mac));
  std::erase_if(host.interfaces, [](const auto& one) {
    return !one.path.empty() && one.path.back() == at("01:00.0");
  });
  function_of(host, "01:00.0").driver = "pciback";
  host = done(hide_devices(host, {at("18:00.0")}, {}, shell), host);
  ASSERT_EQ(remembered(host), "0000:01:00.0 0000:18:00.0");
  EXPECT_TRUE(host.identities[0].stable_ids.contains(mac));
}

TEST(Memory, LastsWhileARuleOrAVmNamesTheAddress) {
  auto host = ruled(recorded(nas), "(0000:18:00.0)");
  host.identities = {*identity_of(host, function_of(host, "18:00.0"))};
  const auto unhidden = [](const Snapshot& before) {
    return remembered(done(unhide_devices(before, {at("18:00.0")}, {}, shell), before));
  };
  EXPECT_EQ(unhidden(with_pool(host)), "");
  EXPECT_EQ(unhidden(with_vm(host, "nas", "0/0000:18:00.0")), "0000:18:00.0");
  EXPECT_EQ(unhidden(without_vms(host)), "0000:18:00.0") << "a VM may";
}

TEST(Repair, DoesTheVmsSideOnceXapiIsBack) {
  const auto host = with_vm(moved(), "nas", "0/0000:99:00.0");
  const auto first = repaired(without_vms(host));
  ASSERT_EQ(first.notices.size(), 1u);
  EXPECT_NE(first.notices[0].find("0000:99:00.0: nobody listens"), std::string::npos)
      << first.notices[0];
  auto now = done(first, without_vms(host));
  EXPECT_EQ(list_of_xe(now), "xen-pciback.hide=(0000:18:00.0)");
  EXPECT_EQ(remembered(now), "0000:18:00.0 0000:99:00.0");
  now = done(repaired(now), now);
  EXPECT_EQ(remembered(now), "0000:18:00.0 0000:99:00.0") << "as often as xapi is silent";
  now.pool = host.pool;
  const auto second = repaired(now);
  ASSERT_EQ(second.plan.vm_fields.size(), 1u);
  EXPECT_EQ(second.plan.vm_fields[0].after, "0/0000:18:00.0");
  EXPECT_TRUE(second.plan.files.empty());
  EXPECT_TRUE(second.notices.empty());
  EXPECT_EQ(remembered(done(second, now)), "0000:18:00.0");
}

TEST(Repair, LeavesAVmThatMayStartElsewhereAndSaysSo) {
  const auto host =
      with_second_host(with_vm(moved(), "nas", "0/0000:99:00.0,1/0000:3b:00.0", is_not_pinned));
  const auto decision = repaired(host);
  EXPECT_TRUE(decision.plan.vm_fields.empty());
  ASSERT_EQ(decision.notices.size(), 1u);
  for (const char* word : {"the VM 'nas'", "names an old address", "may start on another host",
                           "assign vm=uuid-nas devices=0000:18:00.0,0000:3b:00.0 replace=true"})
    EXPECT_NE(decision.notices[0].find(word), std::string::npos) << decision.notices[0];
  const auto now = done(decision, host);
  EXPECT_EQ(remembered(now), "0000:18:00.0 0000:99:00.0");
  EXPECT_EQ(repaired(now).notices, decision.notices);
  const auto assigned =
      assign_devices(now, "nas", all_at({"18:00.0", "3b:00.0"}), {true, {}}, shell);
  EXPECT_EQ(remembered(done(assigned, now)), "0000:18:00.0 0000:3b:00.0");
}

TEST(Repair, LeavesAnEntryThatIsNotUnderstoodAndSaysSo) {
  for (const char* entry :
       {"0/0000:99:00.0 nas", "0/0000:99:00.0,1/0000:3b:00.0 nas", "0/0000:99:00.0,1/0000:06:20.0",
        "0/0000:99:00.0,nas", "nas,0/0000:99:00.0"}) {
    const auto decision = repaired(with_vm(moved(), "nas", entry));
    EXPECT_TRUE(decision.plan.vm_fields.empty()) << entry;
    ASSERT_EQ(decision.notices.size(), 1u) << entry;
    for (const char* word :
         {"the VM 'nas'", "names an old address", "not all of it can be understood"})
      EXPECT_NE(decision.notices[0].find(word), std::string::npos) << decision.notices[0];
  }
}

TEST(Repair, SaysOfARunningVmWhenItsEntryTakesEffect) {
  EXPECT_TRUE(repaired(with_vm(moved(), "nas", "0/0000:99:00.0")).notices.empty());
  const auto decision = repaired(with_vm(moved(), "nas", "0/0000:99:00.0", runs));
  ASSERT_EQ(decision.notices.size(), 1u);
  EXPECT_NE(decision.notices[0].find("takes effect at its next start"), std::string::npos);
  EXPECT_EQ(decision.notices, assign_devices(with_vm(recorded(nas), "nas", {}, runs), "nas",
                                             all_at({"3b:00.0"}), {}, shell)
                                  .notices);
}

/// The HBA came to 3b:00.0, where the GPU was; that is at 3c:00.0 now.
Snapshot shifted() {
  auto host = recorded(nas);
  host.identities = {*identity_of(host, function_of(host, "18:00.0")),
                     *identity_of(host, function_of(host, "3b:00.0"))};
  function_of(host, "3b:00.0").address = at("3c:00.0");
  function_of(host, "18:00.0").driver = "pciback";
  function_of(host, "18:00.0").address = at("3b:00.0");
  std::ranges::sort(host.functions, {}, &Function::address);
  return ruled(host, "(0000:18:00.0)(0000:3b:00.0)");
}

TEST(Repair, FollowsDevicesThatTookEachOthersAddresses) {
  const auto host = with_vm(with_vm(shifted(), "nas", "0/0000:3b:00.0"), "san", "0/0000:18:00.0");
  EXPECT_TRUE(repaired(host).refusals.empty());
  const auto now = done(repaired(host), host);
  EXPECT_EQ(list_of_xe(now), "xen-pciback.hide=(0000:3b:00.0)(0000:3c:00.0)");
  EXPECT_EQ(now.pool->vms.at("ref-nas").pci, "0/0000:3c:00.0");
  EXPECT_EQ(now.pool->vms.at("ref-san").pci, "0/0000:3b:00.0");
  EXPECT_EQ(remembered(now), "0000:3b:00.0 0000:3c:00.0");
  EXPECT_TRUE(repaired(now).plan.empty());
}

TEST(Repair, ThoseWaitForXapi) {
  const auto host = without_vms(shifted());
  const auto decision = repaired(host);
  EXPECT_TRUE(decision.plan.files.empty());
  EXPECT_EQ(decision.notices.size(), 2u);
  const auto now = done(decision, host);
  EXPECT_EQ(remembered(now), "0000:18:00.0 0000:3b:00.0");
  EXPECT_EQ(now.identities.at(1).kind, host.identities.at(1).kind);
}

TEST(Memory, OfAnotherChangeKeepsWhatARuleWasMadeFor) {
  const auto host = with_pool(shifted());
  const auto now = done(unhide_devices(host, {at("18:00.0")}, {}, shell), host);
  EXPECT_EQ(remembered(now), "0000:3b:00.0");
  EXPECT_EQ(now.identities.at(0).kind, host.identities.at(1).kind) << "the GPU";
}

/// A change keeps in its backup what it forgets, and no more.
TEST(Remembering, WhatIsForgottenIsTold) {
  auto host = with_pool(recorded(nas));
  const auto hidden = hide_devices(host, {at("18:00.0")}, {}, shell);
  host = done(hidden, host);
  const auto given_back = unhide_devices(host, {at("18:00.0")}, {}, shell).plan.remember;
  EXPECT_TRUE(hidden.plan.remember.value().forgotten.empty());
  ASSERT_TRUE(given_back);
  ASSERT_EQ(given_back->forgotten.size(), 1u);
  EXPECT_EQ(given_back->forgotten[0].address, at("18:00.0"));
}

/// What was not read is not written over.
TEST(Remembering, NothingWhereOnlyAPartOfItWasRead) {
  auto host = recorded(nas);
  ASSERT_TRUE(hide_devices(host, {at("18:00.0")}, {}, shell).plan.remember);
  host.keeps_identities = true;
  EXPECT_FALSE(hide_devices(host, {at("18:00.0")}, {}, shell).plan.remember);
}

}  // namespace
}  // namespace pci_passthrough
