#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <iterator>

#include "plugin/checks/catalogue.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

Finding finding_of(const Check& check, Reason reason, std::optional<PciAddress> device) {
  return {std::string(check.code),
          reason.severity.value_or(check.severity),
          reason.state,
          reason.device ? reason.device : device,
          std::move(reason.message),
          std::move(reason.evidence),
          reason.remedy ? std::move(*reason.remedy) : Remedy{std::string(check.remedy)},
          std::move(reason.vm)};
}

/// No boot file is edited while a finding stands that refuses every change: a remedy that edits it
/// is none before, unless it is that finding's own.
void put_final_ones_first(std::vector<Finding>& findings) {
  constexpr std::string_view edits[] = {"hide", "unhide", "repair", "rescue", "restore"};
  std::vector<std::string> final_codes;
  for (const auto& finding : findings)
    if (find_check(finding.code)->refusal == Refusal::final &&
        std::ranges::count(final_codes, finding.code) == 0)
      final_codes.push_back(finding.code);
  for (auto& finding : findings) {
    auto others = final_codes;
    std::erase(others, finding.code);
    if (!others.empty() && std::ranges::count(edits, finding.remedy.function) != 0)
      finding.remedy = {
          fmt::format("First see to {}: until then no rule can be changed.", joined(others))};
  }
}

}  // namespace

std::vector<Finding> judge(const Analysis& host, const std::vector<std::size_t>& entries) {
  const auto hidden = host.reached_by(entries);
  const auto to_take = host.to_take();
  std::vector<PciAddress> passed_through;
  std::ranges::set_union(hidden, host.vms().wanted_here, std::back_inserter(passed_through));

  std::vector<Finding> findings;
  for (const Check& check : catalogue()) {
    if (const auto* of_host = std::get_if<HostCheck>(&check.run))
      for (auto& reason : (*of_host)(host))
        findings.push_back(finding_of(check, std::move(reason), {}));
    if (const auto* of_function = std::get_if<FunctionCheck>(&check.run))
      for (const auto& address : check.concern == Concern::now    ? to_take
                                 : check.concern == Concern::both ? passed_through
                                                                  : hidden)
        for (auto& reason : (*of_function)(host, *host.find(address)))
          findings.push_back(finding_of(check, std::move(reason), address));
    if (const auto* of_vm = std::get_if<VmCheck>(&check.run))
      for (const VmAssignment& assignment : host.vms().assignments) {
        if (!assignment.starts()) continue;
        for (auto& reason : (*of_vm)(host, assignment)) {
          reason.vm = assignment.vm->uuid;
          findings.push_back(finding_of(check, std::move(reason), {}));
        }
      }
  }
  put_final_ones_first(findings);
  std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
  return findings;
}

std::vector<Finding> dangers_of_next_boot(const Analysis& host) {
  const auto next = host.boot().next_own_entry();
  if (!next) return {};
  const auto hidden = host.reached_by({*next});
  auto findings = judge(host, {*next});
  std::erase_if(findings, [&](const Finding& finding) {
    return finding.severity != Severity::block || !finding.vm.empty() ||
           (finding.device && std::ranges::count(hidden, *finding.device) == 0);
  });
  return findings;
}

bool bears_on(const Finding& finding, const VmAssignment& assignment) {
  if (!finding.vm.empty()) return finding.vm == assignment.vm->uuid;
  return assignment.may_be_here() && find_check(finding.code)->concern != Concern::hiding &&
         (finding.device ? assignment.entry.names(*finding.device)
                         : !assignment.entry.plugged().empty());
}

std::vector<Finding> judge_pool(const Pool& pool) {
  std::vector<Finding> findings;
  for (const Check& check : catalogue())
    if (const auto* of_pool = std::get_if<PoolCheck>(&check.run))
      for (auto& reason : (*of_pool)(pool))
        findings.push_back(finding_of(check, std::move(reason), {}));
  std::ranges::stable_sort(findings, std::greater{}, &Finding::severity);
  return findings;
}

std::string_view verdict(std::span<const Finding> findings) {
  const auto grave = [](const Finding& finding) { return finding.severity >= Severity::error; };
  const auto found = [&](const Finding& f) { return grave(f) && f.state == FindingState::found; };
  if (std::ranges::any_of(findings, found)) return "unsafe";
  return std::ranges::any_of(findings, grave) ? "unknown" : "safe";
}

}  // namespace pci_passthrough
