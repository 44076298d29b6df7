#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/analysis.hpp"

namespace pci_passthrough::checks {

/// A function's file below /sys/bus/pci/devices, as evidence.
std::string sysfs(const PciAddress& address, std::string_view file);
inline std::string sysfs(const Function& function, std::string_view file) {
  return sysfs(function.address, file);
}

/// "0000:06:00.0 (SAS3008 PCI-Express ...)"
std::string what_it_is(const Function& function);
/// The same of two, with a comma between; of more, the addresses alone.
std::string what_they_are(const Analysis& host, const std::vector<PciAddress>& addresses);

/// "the VM 'nas'"
std::string the_vm(const VmAssignment& assignment);
/// "'xe'"
std::string in_quotes(std::string_view text);

/// A bridge of any kind: no VM gets it, and what is said of the devices behind it suffices.
bool is_any_bridge(const Function& function);

/// Those of them that no entry which boots unattended hides, and no VM takes together with this
/// function.
std::vector<PciAddress> left_to_dom0(const Analysis& host, const Function& function,
                                     const std::vector<PciAddress>& addresses);

}  // namespace pci_passthrough::checks
