#include "plugin/checks/checks.hpp"
#include "plugin/checks/function_words.hpp"

namespace pci_passthrough::checks {

Reasons lies_on_high_segment(const Snapshot&, const Function& function) {
  if (function.address.is_nameable()) return {};
  return {{what_it_is(function) +
               " lies on a segment above ffff (VMD): neither pciback nor xapi can name it",
           "/sys/bus/pci/devices"}};
}

Reasons has_virtual_functions(const Snapshot& snapshot, const Function& function) {
  if (function.virtual_functions.empty()) return {};
  return {{what_it_is(function) + " takes its virtual functions from dom0 with it: " +
               what_they_are(snapshot, function.virtual_functions),
           sysfs(function.virtual_functions.front(), "physfn")}};
}

Reasons is_virtual_function(const Snapshot&, const Function& function) {
  if (!function.physical_function) return {};
  return {{what_it_is(function) + " is a virtual function of " +
               function.physical_function->text() +
               ": its driver makes it after pciback has read the rules",
           sysfs(function, "physfn")}};
}

}  // namespace pci_passthrough::checks
