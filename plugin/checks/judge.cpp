#include <algorithm>
#include <iterator>

#include "plugin/checks/catalogue.hpp"
#include "plugin/checks/passed_through.hpp"
#include "plugin/model/entries.hpp"

namespace pci_passthrough {
namespace {

Finding finding_of(const Check& check, Reason reason, std::optional<PciAddress> device) {
  return {std::string(check.code),
          reason.severity.value_or(check.severity),
          reason.state,
          reason.device ? reason.device : device,
          std::move(reason.message),
          std::move(reason.evidence),
          std::string(check.remedy),
          std::move(reason.vm)};
}

}  // namespace

std::vector<Finding> judge(const Snapshot& snapshot, const std::vector<std::size_t>& entries) {
  const auto hidden = reached_by(snapshot, entries);
  std::vector<PciAddress> passed_through;
  std::ranges::set_union(hidden, checks::wanted_here(snapshot), std::back_inserter(passed_through));

  auto wishes = wishes_of(snapshot);
  std::erase_if(wishes, [](const auto& wish) { return !wish.starts(); });

  std::vector<Finding> findings;
  for (const Check& check : catalogue()) {
    if (const auto* of_host = std::get_if<HostCheck>(&check.run))
      for (auto& reason : (*of_host)(snapshot))
        findings.push_back(finding_of(check, std::move(reason), {}));
    if (const auto* of_function = std::get_if<FunctionCheck>(&check.run))
      for (const auto& address : check.concern == Concern::both ? passed_through : hidden)
        for (auto& reason : (*of_function)(snapshot, *snapshot.find(address)))
          findings.push_back(finding_of(check, std::move(reason), address));
    if (const auto* of_vm = std::get_if<VmCheck>(&check.run))
      for (const VmWish& wish : wishes)
        for (auto& reason : (*of_vm)(snapshot, wish)) {
          reason.vm = wish.vm->uuid;
          findings.push_back(finding_of(check, std::move(reason), {}));
        }
  }
  std::ranges::stable_sort(findings, {}, &Finding::severity);
  return findings;
}

bool bears_on(const Finding& finding, const VmWish& wish) {
  if (!finding.vm.empty()) return finding.vm == wish.vm->uuid;
  return wish.may_be_here() && find_check(finding.code)->concern != Concern::hiding &&
         (finding.device ? wish.entry.names(*finding.device) : !wish.entry.plugged().empty());
}

std::vector<Finding> judge_pool(const Pool& pool) {
  std::vector<Finding> findings;
  for (const Check& check : catalogue())
    if (const auto* of_pool = std::get_if<PoolCheck>(&check.run))
      for (auto& reason : (*of_pool)(pool))
        findings.push_back(finding_of(check, std::move(reason), {}));
  std::ranges::stable_sort(findings, {}, &Finding::severity);
  return findings;
}

std::string_view verdict(std::span<const Finding> findings) {
  const auto grave = [](const Finding& finding) { return finding.severity <= Severity::error; };
  const auto found = [&](const Finding& f) { return grave(f) && f.state == FindingState::found; };
  if (std::ranges::any_of(findings, found)) return "unsafe";
  return std::ranges::any_of(findings, grave) ? "unknown" : "safe";
}

}  // namespace pci_passthrough
