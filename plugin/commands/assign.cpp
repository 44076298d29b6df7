#include "plugin/plans/assign.hpp"

#include "plugin/commands/reports.hpp"

namespace pci_passthrough::reports {

Decision assign(const Snapshot& snapshot, const Arguments& arguments) {
  return assign_devices(snapshot, std::string(arguments.text("vm").value_or("")),
                        arguments.addresses("devices"),
                        {arguments.flag("replace"), arguments.acceptances()}, arguments.caller());
}

Decision unassign(const Snapshot& snapshot, const Arguments& arguments) {
  return unassign_devices(snapshot, std::string(arguments.text("vm").value_or("")),
                          arguments.addresses("devices"), arguments.acceptances(),
                          arguments.caller());
}

}  // namespace pci_passthrough::reports
