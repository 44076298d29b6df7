#include "plugin/checks/catalogue.hpp"

#include <gtest/gtest.h>

#include <set>

#include "tests/checks/judged_cases.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

std::string told(const std::vector<Finding>& findings) {
  std::string text;
  for (const auto& finding : findings)
    text += "\n  " + finding.code + " " + std::string(name_of(finding.state)) + " " +
            (finding.device ? finding.device->text() : "") + ": " + finding.message + " -> " +
            finding.remedy.sentence;
  return text;
}

TEST(Catalogue, EachCheckSpeaksWhereItShouldAndNowhereElse) {
  for (const auto& [one, findings] : judged_cases()) {
    if (one.silent)
      EXPECT_EQ(std::ranges::count(findings, one.code, &Finding::code), 0)
          << one.code << " on " << one.host << told(findings);
    else
      EXPECT_TRUE(std::ranges::any_of(
          findings, [&case_ = one](const auto& finding) { return fits(case_, finding); }))
          << one.code << " " << one.device << " '" << one.words.front() << "' on " << one.host
          << told(findings);
  }
}

TEST(Catalogue, EveryRowFiresInOneCaseAndIsSilentInAnother) {
  std::set<std::string> fires, is_silent;
  for (const auto& [one, findings] : judged_cases())
    (one.silent ? is_silent : fires).insert(one.code);
  std::set<std::string> rows;
  for (const auto& check : catalogue()) rows.emplace(check.code);
  EXPECT_EQ(fires, rows);
  EXPECT_EQ(is_silent, rows);
  EXPECT_EQ(rows.size(), catalogue().size()) << "a code stands twice";
}

bool is_sentence_or_empty(std::string_view text) { return text.empty() || text.ends_with('.'); }

TEST(Catalogue, EveryRowExplainsItself) {
  for (const auto& check : catalogue()) {
    EXPECT_FALSE(check.means.empty()) << check.code;
    EXPECT_TRUE(is_sentence_or_empty(check.remedy)) << check.code;
    EXPECT_EQ(find_check(check.code), &check);
  }
  EXPECT_EQ(find_check("no-such-check"), nullptr);
  EXPECT_EQ(find_check("pv-guest"), find_check("pvh-guest"));
}

TEST(Catalogue, EveryFindingSaysWhereItWasRead) {
  for (const auto& [one, findings] : judged_cases())
    for (const auto& finding : findings) {
      EXPECT_TRUE(finding.evidence.starts_with('/')) << finding.code << ": " << finding.evidence;
      EXPECT_FALSE(finding.message.empty()) << finding.code;
      EXPECT_TRUE(is_sentence_or_empty(finding.remedy.sentence)) << finding.code;
    }
}

TEST(Catalogue, TheGravestFindingsComeFirst) {
  const auto findings = judged(
      hiding(recorded("xcp-ng-8.3"), "(0000:88:00.0)(0000:3b:00.0)(0000:99:00.0)(0000:00:14.0)"));
  EXPECT_TRUE(std::ranges::is_sorted(findings, std::greater{}, &Finding::severity));
  EXPECT_EQ(findings.front().severity, Severity::block);
  EXPECT_EQ(findings.back().severity, Severity::info);
}

TEST(Catalogue, ABrokenBootFileIsJudgedWithoutItsEntries) {
  for (const auto& name : recorded_hosts()) {
    const auto& text = recorded(name).boot.file.text;
    for (std::size_t size = 0; size < text.size(); size += 97)
      judged(with_boot_text(recorded(name), text.substr(0, size)));
  }
}

Finding finding(Severity severity, FindingState state) {
  Finding one;
  one.severity = severity;
  one.state = state;
  return one;
}

TEST(Verdict, UnsafeUnknownSafe) {
  using enum Severity;
  using enum FindingState;
  const struct {
    std::vector<Finding> findings;
    const char* verdict;
  } cases[] = {
      {{}, "safe"},
      {{finding(warn, found), finding(info, found)}, "safe"},
      {{finding(warn, unknown), finding(info, unknown)}, "safe"},
      {{finding(block, found)}, "unsafe"},
      {{finding(error, found)}, "unsafe"},
      {{finding(block, unknown)}, "unknown"},
      {{finding(error, unknown), finding(warn, found)}, "unknown"},
      {{finding(block, unknown), finding(error, found)}, "unsafe"},
  };
  for (const auto& [findings, wanted] : cases) EXPECT_EQ(verdict(findings), wanted);
}

TEST(Verdict, OfTheRecordedHosts) {
  for (const char* name : {"xcp-ng-8.3", "xcp-ng-8.2-bios", "xenserver-6.2"}) {
    EXPECT_EQ(verdict(judged(recorded(name))), "unknown") << name << ": what do VMs want?";
    EXPECT_EQ(verdict(judged(with_pool(recorded(name)))), "safe") << name;
  }
  EXPECT_EQ(verdict(judged(recorded("xenserver-9"))), "unsafe");
  EXPECT_EQ(verdict(judged(recorded("xcp-ng-8.3-kernel-alt"))), "unsafe");
}

}  // namespace
}  // namespace pci_passthrough
