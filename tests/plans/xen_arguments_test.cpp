#include <fmt/format.h>
#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/command.hpp"
#include "tests/commands/asked.hpp"
#include "tests/plans/repaired.hpp"
#include "tests/support/overlaid.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

Snapshot xen_host(const std::string& name) {
  const ScratchRoot root(overlaid(name));
  Host host(root.path());
  return probe(host, all_facts | ProbeScope::pool);
}

/// Which of these entries have the argument on Xen's own line.
std::vector<std::string> with_argument(const Snapshot& host, const std::string& argument) {
  std::vector<std::string> titles;
  for (const auto& entry : host.boot.file.entries)
    if (std::ranges::count(entry.xen_arguments, argument) == 1) titles.push_back(entry.title);
  return titles;
}

bool says(const std::vector<Finding>& findings, std::string_view code) {
  return std::ranges::any_of(findings, [&](const auto& one) { return one.code == code; });
}

std::vector<Finding> said_after(const Decision& decision) {
  return judge(decision.after, decision.after.rules().unattended);
}

/// Xen keeps eight: what stands behind them is ignored, and said; a ninth is not written.
TEST(XenArguments, XenGoesByEightPhantoms) {
  const auto plain = xen_host("16-m9125");
  const Given given = {{"devices", "03:00.0"}, {"xen-arguments", "true"}};
  for (const std::size_t others : {0u, 1u, 6u, 7u, 8u, 9u})
    for (const bool stands : {false, true}) {
      auto text = plain.boot.file.text;
      std::string words;
      for (std::size_t i = 0; i < others; ++i) words += fmt::format(" pci-phantom=7{}:00,1", i);
      if (stands) words += " pci-phantom=03:00,1";
      const auto& entries = plain.boot.file.entries;
      for (auto entry = entries.rbegin(); entry != entries.rend(); ++entry)
        if (entry->is_xen) text.insert(entry->xen_arguments_end, words);
      const auto host = with_boot_text(plain, text);
      const bool counts = others < 8;
      EXPECT_EQ(says(said_after(decided(host, "hide", {given[0]})), "pci-phantom"),
                !(stands && counts))
          << words;
      const auto decision = decided(host, "hide", given);
      EXPECT_EQ(says(said_after(decision), "pci-phantom"), !counts) << words;
      EXPECT_EQ(with_argument(decision.after.snapshot(), "pci-phantom=03:00,1").empty(),
                !counts && !stands);
    }
}

TEST(XenArguments, HideSetsThePhantomWhereItEdits) {
  const auto host = xen_host("16-m9125");
  const Given given = {{"devices", "03:00.0"}, {"xen-arguments", "true"}};
  const auto plain = decided(host, "hide", {given[0]});
  EXPECT_TRUE(says(said_after(plain), "pci-phantom"));
  const auto decision = decided(host, "hide", given);
  EXPECT_TRUE(decision.refusals.empty());
  EXPECT_FALSE(says(said_after(decision), "pci-phantom"));
  const auto& after = decision.after.snapshot();
  EXPECT_EQ(with_argument(after, "pci-phantom=03:00,1").size(),
            Analysis(host).rules().everyday.size());
  const auto again = decided(after, "hide", given);
  EXPECT_TRUE(again.plan.files.empty()) << "once is enough";
  auto all = given;
  all.emplace_back("entries", "all");
  EXPECT_GT(
      with_argument(decided(host, "hide", all).after.snapshot(), "pci-phantom=03:00,1").size(),
      Analysis(host).rules().everyday.size());

  EXPECT_TRUE(repaired(after).plan.files.empty()) << "repair keeps it";
  const auto back = decided(after, "unhide", {given[0]}).after;
  EXPECT_EQ(with_argument(back.snapshot(), "pci-phantom=03:00,1"),
            with_argument(after, "pci-phantom=03:00,1"))
      << "unhide takes the rule away, no more";
}

TEST(XenArguments, WhatIsKnownToXenIsNotSet) {
  for (const char* name : {"16-m9230", "16-m9215-cured", "23-msix-33"}) {
    const auto host = xen_host(name);
    const Given given = {{"devices", "03:00.0"}};
    auto with = given;
    with.emplace_back("xen-arguments", "true");
    const auto text = [&](const Decision& decision) { return decision.after.boot().file.text; };
    EXPECT_EQ(text(decided(host, "hide", with)), text(decided(host, "hide", given))) << name;
  }
}

TEST(XenArguments, AssignSetsRoomForAllVectorsOfTheVm) {
  auto host = with_vm(xen_host("23-msix-65"), "nas", std::nullopt);
  const Given given = {{"vm", "nas"}, {"devices", "03:00.0"}};
  EXPECT_TRUE(says(decided(host, "assign", given).findings, "vm-msix-exceeds-guest-irqs"));
  auto with = given;
  with.emplace_back("xen-arguments", "true");
  const auto decision = decided(host, "assign", with);
  EXPECT_TRUE(decision.refusals.empty());
  EXPECT_FALSE(says(decision.findings, "vm-msix-exceeds-guest-irqs"));
  ASSERT_EQ(decision.plan.files.size(), 1u);
  EXPECT_EQ(decision.plan.vm_fields.size(), 1u);
  EXPECT_EQ(with_argument(decision.after.snapshot(), "extra_guest_irqs=65").size(),
            Analysis(host).rules().everyday.size());
  EXPECT_EQ(decision.after.boot().file.entries.size(), host.boot.file.entries.size());

  const auto alone =
      decided(decision.after.snapshot(), "assign", {{"vm", "nas"}, {"xen-arguments", "true"}});
  EXPECT_TRUE(alone.plan.files.empty() && alone.plan.vm_fields.empty()) << "once is enough";
}

TEST(XenArguments, WhatIsSaidOfDom0Stays) {
  auto host = xen_host("23-msix-65");
  auto& file = host.boot.file;
  auto text = file.text;
  for (auto at = text.find("/boot/xen.gz"); at != text.npos;
       at = text.find("/boot/xen.gz", at + 20))
    text.insert(at + std::string("/boot/xen.gz").size(), " extra_guest_irqs=40,512");
  file = with_text(file, text);
  const auto decision = decided(host, "hide", {{"devices", "03:00.0"}, {"xen-arguments", "true"}});
  EXPECT_EQ(with_argument(decision.after.snapshot(), "extra_guest_irqs=65,512").size(),
            Analysis(host).rules().everyday.size());
}

TEST(XenArguments, AFileThatCannotBeUnderstoodRefusesAnAssignThatAsksForThem) {
  auto host = with_vm(xen_host("23-msix-65"), "nas", std::nullopt);
  host.boot.file = with_text(host.boot.file, host.boot.file.text + "menuentry 'x' {\n");
  ASSERT_TRUE(host.boot.file.error);
  const Given given = {{"vm", "nas"}, {"devices", "03:00.0"}, {"xen-arguments", "true"}};
  EXPECT_TRUE(says(decided(host, "assign", given).refusals, "boot-config-unparseable"));
  EXPECT_TRUE(decided(host, "assign", {given[0], given[1]}).refusals.empty());
}

}  // namespace
}  // namespace pci_passthrough
