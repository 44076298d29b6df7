#include <fmt/format.h>

#include <algorithm>

#include "plugin/checks/dom0.hpp"
#include "plugin/checks/function_words.hpp"
#include "plugin/model/sr_vms.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/usage.hpp"
#include "plugin/model/xapi_uses.hpp"

namespace pci_passthrough::checks {
bool reaches(const std::vector<PciAddress>& functions, const Function& function) {
  return std::ranges::count(functions, function.address) != 0;
}

bool may_be(const Function& function, bool (ClassCode::*is)() const) {
  return !function.class_code || (function.class_code.value().*is)() || function.is_bridge();
}

Reasons system_volumes_on(const Analysis& host, const Function& function, bool usb,
                          std::string_view end) {
  std::vector<std::string> volumes, unknown;
  std::string carried_by, not_followed;
  for (const auto& volume : host.hardware().system_volumes) {
    if (reaches(volume.functions, function)) {
      if (volume.usb != usb) continue;
      if (volumes.empty()) carried_by = volume.evidence;
      volumes.push_back(volume.what.empty() ? volume.name
                                            : fmt::format("{} ({})", volume.name, volume.what));
    } else if (!volume.known) {
      if (unknown.empty()) not_followed = volume.evidence;
      unknown.push_back(volume.name);
    }
  }
  if (!volumes.empty())
    return {{fmt::format("{} carries dom0's {}. {}", what_it_is(function), joined(volumes), end),
             carried_by}};
  const bool suspect = usb ? function.class_code && function.class_code->is_usb()
                           : may_be(function, &ClassCode::may_carry_disks) &&
                                 !(function.class_code && function.class_code->is_usb());
  if (unknown.empty() || !suspect) return {};
  return {{fmt::format("Unknown whether {} carries dom0's {}: cannot trace its "
                       "disks to a PCI device.",
                       what_it_is(function), joined(unknown)),
           not_followed, FindingState::unknown}};
}

Reasons disks_of_vms_behind(const Analysis& host, const Function& function, std::string_view end) {
  constexpr std::size_t few = 5;
  constexpr char evidence[] = "/var/lib/xcp/xapi: VDI.VBDs";
  auto vms = vms_with_disks_behind(host, function);
  if (!vms.known) {
    const auto why = why_untold(host.snapshot(), {"SR", "VDI"});
    return {{fmt::format("Unknown which VMs have disks behind {}: {}.", what_it_is(function),
                         why.empty() ? why_vms_are_unknown(host.snapshot()) : why),
             evidence, FindingState::unknown}};
  }
  if (vms.names.empty()) return {};
  const auto more = vms.names.size() - std::min(vms.names.size(), few);
  vms.names.resize(vms.names.size() - more);
  const bool one = vms.names.size() == 1;
  for (auto& name : vms.names) name = in_quotes(name);
  return {
      {fmt::format("{} carries disks of the VM{} {}{}. {}", what_it_is(function), one ? "" : "s",
                   joined(vms.names), more == 0 ? "" : fmt::format(" and {} more", more), end),
       evidence}};
}

}  // namespace pci_passthrough::checks
