#include "plugin/run/refusal.hpp"

#include <fmt/format.h>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough {
namespace {

/// How the caller could go ahead in spite of it; "" where nobody can.
std::string way_past(const Finding& finding) {
  const Check& check = *find_check(finding.code);
  if (!finding.device ||
      (check.refusal != Refusal::acceptable && check.refusal != Refusal::acceptable_at_shell))
    return "";
  return fmt::format(" To go ahead in spite of it{}: accept={}@{}",
                     check.refusal == Refusal::acceptable ? "" : ", as root at a shell on the host",
                     finding.code, finding.device->text());
}

std::string plain(const Finding& finding) {
  const auto& remedy = finding.remedy.sentence;
  return fmt::format("{}{}: {}{}{}{}", finding.code,
                     finding.device ? " " + finding.device->text() : "", finding.message,
                     remedy.empty() ? "" : " ", remedy, way_past(finding));
}

}  // namespace

Failure refusal(const std::vector<Finding>& refusals) {
  std::vector<std::string> reasons;
  for (const auto& finding : refusals) {
    if (finding.code == "boot-config-unparseable")
      return {code::boot_config_unreadable, finding.message, {finding.remedy.sentence}};
    reasons.push_back(plain(finding));
  }
  return refused_for(std::move(reasons));
}

}  // namespace pci_passthrough
