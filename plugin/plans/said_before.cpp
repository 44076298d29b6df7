#include "plugin/plans/said_before.hpp"

#include <algorithm>

namespace pci_passthrough {
namespace {

bool is_of_host(const Finding& finding) { return !finding.device && finding.vm.empty(); }

}  // namespace

SaidBefore::SaidBefore(const std::vector<Finding>& findings) {
  for (const auto& finding : findings) {
    if (is_of_host(finding)) of_host_.emplace(finding.code, finding.message);
    if (finding.vm.empty()) continue;
    auto& severity = of_vms_[{finding.code, finding.vm, finding.device}];
    severity = std::max(severity, finding.severity);
  }
}

bool SaidBefore::lacks_of_vm(const Finding& finding) const {
  if (finding.vm.empty()) return false;
  const auto said = of_vms_.find({finding.code, finding.vm, finding.device});
  return said == of_vms_.end() || said->second < finding.severity;
}

bool SaidBefore::lacks_of_host(const Finding& finding) const {
  return is_of_host(finding) && !of_host_.contains({finding.code, finding.message});
}

}  // namespace pci_passthrough
