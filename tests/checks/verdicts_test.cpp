/// How grave each case of the catalogue is, what it refuses, and its remedy.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <set>

#include "tests/checks/judged_cases.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

std::vector<Case> all_cases() {
  auto cases = dom0_cases();
  for (const auto& more : {dom0_mount_cases(), rule_cases(),     boot_cases(),
                           rescue_cases(),     trial_cases(),    auto_trial_cases(),
                           reader_cases(),     running_cases(),  identity_cases(),
                           iommu_cases(),      hardware_cases(), vm_dom0_cases(),
                           repository_cases(), vm_cases(),       vm_hardware_cases(),
                           vm_entry_cases(),   remedy_cases(),   known_hardware_cases(),
                           now_cases(),        pool_cases()})
    cases.insert(cases.end(), more.begin(), more.end());
  return cases;
}

bool advises(const Case& wanted, const Finding& finding) {
  const auto& sentence = finding.remedy.sentence;
  if (!wanted.remedy) return true;
  return wanted.remedy->empty() ? sentence.empty()
                                : sentence.find(*wanted.remedy) != std::string::npos;
}

constexpr std::string_view refuses[] = {"refuses nothing", "refuses unless accepted",
                                        "refuses unless accepted at a root shell",
                                        "refuses what brings it about", "refuses every change"};

/// A line a verdict, for whoever reads the difference where one changes.
std::string verdicts() {
  std::string text;
  std::set<std::string> told;
  for (const auto& [one, findings] : judged_cases()) {
    const auto said = std::ranges::find_if(
        findings, [&case_ = one](const auto& finding) { return fits(case_, finding); });
    if (one.silent || said == findings.end()) continue;
    const auto refusal = static_cast<std::size_t>(find_check(said->code)->refusal);
    const auto verdict = fmt::format(
        "{}: {} {}, {}\n    {}\n", said->code, name_of(said->state), name_of(said->severity),
        refuses[refusal],
        said->remedy.sentence.empty() ? "Nothing needs to be done." : said->remedy.sentence);
    if (told.insert(verdict).second) text += verdict;
  }
  return text;
}

}  // namespace

const std::vector<JudgedCase>& judged_cases() {
  static const auto all = [] {
    std::vector<JudgedCase> judged_cases;
    for (auto& one : all_cases()) {
      auto findings = judged(one.changed(recorded(one.host)));
      judged_cases.push_back({std::move(one), std::move(findings)});
    }
    return judged_cases;
  }();
  return all;
}

bool fits(const Case& wanted, const Finding& finding) {
  const auto device = finding.device ? finding.device->text() : "";
  return finding.code == wanted.code && finding.state == wanted.state && device == wanted.device &&
         finding.vm == wanted.vm && (!wanted.severity || finding.severity == *wanted.severity) &&
         advises(wanted, finding) && std::ranges::all_of(wanted.words, [&](const auto& word) {
           return finding.message.find(word) != std::string::npos;
         });
}

TEST(Catalogue, EachCaseIsAsGraveAsItWas) {
  const std::string golden = PCI_PASSTHROUGH_SOURCE_DIR "/tests/checks/verdicts.golden";
  if (std::getenv("UPDATE_GOLDEN")) std::ofstream(golden) << verdicts();
  EXPECT_EQ(verdicts(), text_of_file(golden)) << "UPDATE_GOLDEN=1 writes it anew: read the diff";
}

}  // namespace pci_passthrough
