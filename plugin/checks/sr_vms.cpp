#include "plugin/model/sr_vms.hpp"

#include <algorithm>

#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::checks {

Reasons carries_disks_of_vms(const Snapshot& snapshot, const Function& function) {
  constexpr std::size_t few = 5;
  constexpr char evidence[] = "/var/lib/xcp/xapi: VDI.VBDs";
  auto vms = vms_with_disks_behind(snapshot, function);
  if (!vms.known)
    return {{"it cannot be told which VMs have disks behind " + what_it_is(function), evidence,
             FindingState::unknown}};
  if (vms.names.empty()) return {};
  const auto more = vms.names.size() - std::min(vms.names.size(), few);
  vms.names.resize(vms.names.size() - more);
  for (auto& name : vms.names) name = in_quotes(name);
  return {{"disks of " + joined(vms.names) +
               (more ? " and " + std::to_string(more) + " more" : "") + " lie behind " +
               what_it_is(function),
           evidence}};
}

}  // namespace pci_passthrough::checks
