#include <gtest/gtest.h>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/overlaid.hpp"

namespace pci_passthrough {
namespace {

const Caller anyone{false, "xapi"};

std::vector<std::string> all_recorded_hosts() {
  auto names = recorded_hosts();
  const auto sick = recorded_hosts("sick/");
  names.insert(names.end(), sick.begin(), sick.end());
  for (const auto& entry : std::filesystem::directory_iterator(recordings() / "xen"))
    if (entry.path().extension() == ".part") names.push_back("xen/" + entry.path().stem().string());
  return names;
}

/// With the records of its xapi, where they were recorded.
const Analysis& host_named(const std::string& name) {
  static std::map<std::string, Analysis> read;
  const auto known = read.find(name);
  if (known != read.end()) return known->second;
  const ScratchRoot root(name.starts_with("xen/") ? overlaid(name.substr(4))
                                                  : text_of_file(recordings() / (name + ".host")));
  Host host(root.path());
  return read.emplace(name, probe(host, all_facts | ProbeScope::pool)).first->second;
}

std::vector<Finding> said_of(const Analysis& host) {
  auto findings = judge(host, host.rules().unattended);
  for (const auto& function : host.snapshot().functions) {
    if (!function.address.is_nameable()) continue;
    const auto decision = hide_devices(host, {function.address}, Entries::that_boot, {anyone});
    findings.insert(findings.end(), decision.refusals.begin(), decision.refusals.end());
  }
  return findings;
}

std::string shown(const Finding& finding) {
  return finding.code + (finding.device ? " " + finding.device->text() : "") + ": " +
         finding.message + " -> " + finding.remedy.sentence;
}

/// Where the remedy says that it takes a reboot, something else may be said until then.
bool is_said_still(const Analysis& host, const Finding& finding) {
  const bool takes_a_reboot = finding.remedy.sentence.find("reboot") != std::string::npos;
  return std::ranges::any_of(judge(host, host.rules().unattended), [&](const Finding& now) {
    return now.code == finding.code && now.device == finding.device && now.vm == finding.vm &&
           (!takes_a_reboot || now.message == finding.message);
  });
}

/// What a remedy advises, done as a dry run: it is not refused, and the finding is gone.
void walk(const Analysis& host, const Finding& finding) {
  const Command& command = find_command(finding.remedy.function);
  Request request{finding.remedy.function, finding.remedy.arguments, anyone};
  const auto arguments = read_arguments(command, request);
  if (!command.decide) return;  // a question: to look is all that is advised
  const auto decision = command.decide(host, arguments);
  for (const auto& refusal : decision.refusals)
    ADD_FAILURE() << shown(finding) << "\n  is refused: " << shown(refusal);
  EXPECT_FALSE(is_said_still(decision.after, finding)) << shown(finding);
}

TEST(Remedies, AreNotRefusedAndHelp) {
  std::size_t walked = 0;
  for (const auto& name : all_recorded_hosts()) {
    SCOPED_TRACE(name);
    const Analysis& host = host_named(name);
    for (const auto& finding : said_of(host)) {
      if (finding.remedy.function.empty()) continue;
      ++walked;
      try {
        walk(host, finding);
      } catch (const Failure& failure) {
        ADD_FAILURE() << shown(finding) << "\n  " << failure.sentence;
      }
    }
  }
  EXPECT_GT(walked, 10u);
}

TEST(Remedies, EveryRefusalNamesAWayOut) {
  for (const auto& name : all_recorded_hosts()) {
    SCOPED_TRACE(name);
    const Analysis& host = host_named(name);
    for (const auto& finding : said_of(host))
      if (find_check(finding.code)->refusal != Refusal::none && finding.severity >= Severity::error)
        EXPECT_NE(finding.remedy.sentence, "") << shown(finding);
  }
}

/// A remedy that is one of our own functions is a call, which a client can offer; but not one whose
/// devices only a person knows.
TEST(Remedies, OurOwnFunctionsAreCalls) {
  for (const auto& name : all_recorded_hosts())
    for (const auto& finding : said_of(host_named(name)))
      for (const char* word : {"unhide devices=", "hide devices=", "assign vm=", "unassign vm="})
        if (finding.remedy.sentence.find(word) != std::string::npos &&
            finding.remedy.sentence.find("devices=ADDRESSES") == std::string::npos)
          EXPECT_NE(finding.remedy.function, "") << shown(finding);
}

}  // namespace
}  // namespace pci_passthrough
