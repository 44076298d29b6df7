#include "plugin/run/refusal.hpp"

#include <fmt/format.h>

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough {
namespace {

/// How the caller could go ahead in spite of it; "" where nobody can.
std::string way_past(const Finding& finding) {
  const Check& check = *find_check(finding.code);
  if (!finding.device || check.refusal == Refusal::final) return "";
  const auto acceptance = finding.code + "@" + finding.device->text();
  if (check.refusal == Refusal::acceptable)
    return fmt::format(" To go ahead in spite of it: accept={}.", acceptance);
  return fmt::format(" Only root at a shell on the host can go ahead in spite of it: --accept {}.",
                     acceptance);
}

std::string plain(const Finding& finding) {
  return fmt::format("{}{}: {}{}", finding.code, finding.device ? " " + finding.device->text() : "",
                     finding.message, way_past(finding));
}

}  // namespace

Failure refusal(const std::vector<Finding>& refusals) {
  std::vector<std::string> reasons;
  for (const auto& finding : refusals) {
    if (finding.code == "boot-config-unparseable")
      return {code::boot_config_unreadable, finding.message, {finding.remedy.sentence}};
    reasons.push_back(plain(finding));
  }
  return {code::refused, "refused, and nothing was changed", reasons};
}

}  // namespace pci_passthrough
