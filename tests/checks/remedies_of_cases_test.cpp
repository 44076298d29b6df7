#include <gtest/gtest.h>

#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"
#include "tests/checks/case.hpp"

namespace pci_passthrough {
namespace {

bool is_said(const std::vector<Finding>& findings, const Finding& one) {
  return std::ranges::any_of(findings, [&](const Finding& finding) {
    return finding.code == one.code && finding.device == one.device && finding.vm == one.vm &&
           finding.message == one.message;
  });
}

/// What a remedy advises, done as a dry run: it is not refused, and the finding is gone.
void walk(const Analysis& host, const Finding& finding) {
  const Request request{finding.remedy.function, finding.remedy.arguments, {false, "xapi"}};
  const auto& command = find_command(request.function);
  const auto arguments = read_arguments(command, request);
  if (!command.decide) return;
  const auto decision = command.decide(host, arguments);
  for (const auto& refusal : decision.refusals)
    ADD_FAILURE() << "is refused: " << refusal.code << ": " << refusal.message;
  EXPECT_FALSE(is_said(judge(decision.after, decision.after.rules().unattended), finding));
}

/// Beside the recorded hosts (tests/commands), on every case of these groups.
TEST(RemediesOfCases, AreNotRefusedAndHelp) {
  std::size_t walked = 0;
  for (const auto& cases :
       {rule_cases(), boot_cases(), reader_cases(), running_cases(), identity_cases()})
    for (const auto& one : cases) {
      const Analysis host = one.changed(recorded(one.host));
      for (const auto& finding : judge(host, host.rules().unattended)) {
        if (finding.code != one.code || finding.remedy.function.empty()) continue;
        ++walked;
        SCOPED_TRACE(finding.code + ": " + finding.message + " -> " + finding.remedy.sentence);
        try {
          walk(host, finding);
        } catch (const Failure& failure) {
          ADD_FAILURE() << failure.sentence;
        }
      }
    }
  EXPECT_GT(walked, 15u);
}

}  // namespace
}  // namespace pci_passthrough
