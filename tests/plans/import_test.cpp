#include "plugin/plans/import.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/rules.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

const Consent at_a_shell{shell};

std::string text_of(const Exported& exported) {
  return boost::json::serialize(export_json(exported));
}

Decision imported(const Snapshot& host, const Exported& exported) {
  return import_state(host, exported, Entries::that_boot, at_a_shell);
}

std::string remarks_of(const Decision& decision) { return joined(decision.notices, "\n"); }

bool has_file(const Decision& decision) { return !decision.plan.files.empty(); }

/// The host that an installer leaves: no rule, no state of ours.
Snapshot upgraded(const Snapshot& host) {
  auto bare = host;
  const auto none = hide_exactly(host, {}, {}, shell);
  if (has_file(none)) bare = with_boot_text(host, none.plan.files.front().after);
  bare.identities.clear();
  return bare;
}

TEST(Export, IsReadAgainAsItWas) {
  for (const auto& name : recorded_hosts()) {
    const auto host = with_vm(recorded(name), "nas", "0/0000:3b:00.0");
    const auto text = text_of(exported_of(host));
    EXPECT_EQ(text_of(read_export(text)), text) << name;
  }
}

TEST(Export, SaysWhichRulesItCannotHold) {
  struct Case {
    Snapshot host;
    const char* said;
  };
  auto unreadable = recorded(nas);
  unreadable.boot.unreadable = "Input/output error";
  const Case cases[] = {
      {with_arguments(recorded(nas), "xe", "xen-pciback.hide=(0000:99:*.*)(0000:18:00.0)"),
       "No rule for (0000:99:*.*): it fits no device of the host."},
      {with_arguments(recorded(nas), "xe", "xen-pciback.hide=(0000:18:00.0"),
       "': the kernel rejects its list '(0000:18:00.0'."},
      {with_arguments(recorded(nas), "xe", "xen-pciback.hide=(0000:18:00.0) $more"),
       "that stands behind a variable."},
      {with_boot_text(recorded(nas), recorded(nas).boot.file.text + "\nmenuentry 'x' {\n"),
       "No rules: line "},
      {unreadable, "(Input/output error)."},
  };
  for (const auto& [host, said] : cases) {
    const auto exported = exported_of(host);
    EXPECT_NE(joined(exported.left_out, "\n").find(said), std::string::npos)
        << said << "\n"
        << joined(exported.left_out, "\n");
    EXPECT_EQ(text_of(read_export(text_of(exported))), text_of(exported));
    EXPECT_NE(remarks_of(imported(recorded(nas), exported)).find("Not in the file: No rule"),
              std::string::npos);
  }
  EXPECT_TRUE(exported_of(recorded(nas)).left_out.empty());
}

TEST(Import, OfItsOwnExportChangesNothingOnAnyHost) {
  for (const auto& name : recorded_hosts()) {
    const auto& host = recorded(name);
    if (host.boot.file.error || name == alt) continue;  // its entries do not agree
    const auto decision = imported(host, exported_of(host));
    EXPECT_TRUE(decision.plan.vm_fields.empty()) << name;
    for (const auto& rule : exported_of(host).rules)
      if (host.find(rule)) EXPECT_FALSE(has_file(decision)) << name << remarks_of(decision);
  }
}

TEST(Import, GivesAnUpgradedHostItsRulesAgain) {
  for (const auto& name : recorded_hosts()) {
    const auto& host = recorded(name);
    if (host.boot.file.error) continue;
    const auto exported = exported_of(host);
    const auto bare = upgraded(host);
    const auto decision = imported(bare, exported);
    const auto now =
        has_file(decision) ? with_boot_text(bare, decision.plan.files.front().after) : bare;
    auto expected = exported.rules;
    std::erase_if(expected, [&](const PciAddress& rule) { return !host.find(rule); });
    const Analysis analysis = now;
    for (const auto i : analysis.rules().everyday) {
      if (now.boot.file.entries[i].has_variables) continue;
      auto rules = rules_of(now, i).value();
      std::ranges::sort(rules);
      std::ranges::sort(expected);
      EXPECT_EQ(rules, expected) << name << " " << remarks_of(decision);
    }
  }
}

TEST(Import, FollowsADeviceThatMovedInRulesAndEntries) {
  const auto host = with_vm(recorded(nas), "nas", "0/0000:99:00.0");
  auto exported = exported_of(host);
  auto identity = *identity_of(host, function_of(const_cast<Snapshot&>(host), "18:00.0"));
  identity.address = at("99:00.0");
  exported.identities = {identity};
  exported.rules = all_at({"99:00.0"});
  const auto decision = imported(upgraded(host), exported);
  ASSERT_TRUE(has_file(decision));
  EXPECT_NE(decision.plan.files[0].after.find("(0000:18:00.0)"), std::string::npos);
  ASSERT_EQ(decision.plan.vm_fields.size(), 1u);
  EXPECT_EQ(decision.plan.vm_fields[0].after, "0/0000:18:00.0");
  EXPECT_NE(remarks_of(decision).find("0000:99:00.0 is at 0000:18:00.0 now."), std::string::npos);
  ASSERT_TRUE(decision.plan.remember);
}

TEST(Import, SaysWhatItCannotPlace) {
  const auto host = with_vm(recorded(nas), "nas", "0/0000:18:00.0");
  auto exported = exported_of(host);
  exported.rules = all_at({"77:00.0", "18:00.0"});
  exported.identities.clear();
  exported.entries = {{"uuid-gone", "gone", "0/0000:18:00.0"},
                      {"uuid-nas", "nas", "0/0000:3b:00.0"}};
  exported.xen_arguments = {"pci-phantom=77:00,1"};
  exported.host = "another";
  const auto decision = imported(host, exported);
  EXPECT_FALSE(has_file(decision));
  EXPECT_TRUE(decision.plan.vm_fields.empty());
  for (const char* said :
       {"of another host", "No rule for 0000:77:00.0", "No rule for 0000:18:00.0",
        "'gone' is not set: there is no such VM", "'nas' is not set: 0000:3b:00.0",
        "Xen's argument pci-phantom=77:00,1 is not set"})
    EXPECT_NE(remarks_of(decision).find(said), std::string::npos) << said << "\n"
                                                                  << remarks_of(decision);
}

TEST(Import, SetsWhatXenMustBeTold) {
  const auto host = recorded(nas);
  auto exported = exported_of(host);
  auto identity = *identity_of(host, *host.find(at("18:00.0")));
  identity.address = at("99:00.0");
  exported.identities = {identity};
  exported.xen_arguments = {"extra_guest_irqs=64", "pci-phantom=99:00,1"};
  const auto decision = imported(host, exported);
  ASSERT_TRUE(has_file(decision));
  EXPECT_NE(decision.plan.files[0].after.find(" extra_guest_irqs=64 pci-phantom=18:00,1"),
            std::string::npos);
  const auto again = imported(decision.after.snapshot(), exported);
  EXPECT_FALSE(has_file(again)) << "what stands is not written twice";
  exported.xen_arguments = {"extra_guest_irqs=128"};
  EXPECT_FALSE(has_file(imported(decision.after.snapshot(), exported)))
      << "what this host says goes before what the file does";
}

TEST(Import, LeavesAnEntryThatSomebodyChangedSince) {
  const auto exported = exported_of(with_vm(recorded(nas), "nas", "0/0000:18:00.0"));
  const auto changed = with_vm(recorded(nas), "nas", "0/0000:3b:00.0");
  EXPECT_TRUE(imported(changed, exported).plan.vm_fields.empty());
  const auto lost = imported(with_vm(recorded(nas), "nas", {}), exported);
  ASSERT_EQ(lost.plan.vm_fields.size(), 1u);
  EXPECT_EQ(lost.plan.vm_fields[0].after, "0/0000:18:00.0");
}

TEST(Import, IsRefusedLikeAnyChange) {
  auto exported = exported_of(recorded(nas));
  const auto host = recorded(nas);
  exported.rules = all_at({"88:00.0"});
  exported.identities = {*identity_of(host, *host.find(at("88:00.0")))};
  EXPECT_FALSE(imported(host, exported).refusals.empty());
}

TEST(Import, WhatIsNoneIsToldWhereverItIsCut) {
  const auto text = text_of(exported_of(with_vm(recorded(nas), "nas", "0/0000:18:00.0")));
  const auto is_read = [](const std::string& one) {
    try {
      read_export(one);
      return true;
    } catch (const Failure& failure) {
      EXPECT_EQ(failure.code, code::invalid_argument);
      return false;
    }
  };
  EXPECT_TRUE(is_read(text));
  for (std::size_t size = 0; size < text.size(); ++size)
    EXPECT_FALSE(is_read(text.substr(0, size)));
  for (const char* none : {"[]", "{}", R"({"schema":2})", R"({"schema":1,"rules":["zz"]})",
                           R"({"schema":1,"rules":[],"devices":[{}],"xen":[]})",
                           R"({"schema":1,"rules":[],"devices":[],"xen":[1]})"})
    EXPECT_FALSE(is_read(none)) << none;
}

}  // namespace
}  // namespace pci_passthrough
