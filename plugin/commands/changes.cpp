#include "plugin/commands/changes.hpp"

#include "plugin/plans/assign.hpp"
#include "plugin/plans/repair.hpp"
#include "plugin/plans/restore.hpp"
#include "plugin/plans/undo.hpp"

namespace pci_passthrough::changes {

Decision hide(const Analysis& host, const Arguments& arguments) {
  return hide_devices(host, arguments.devices, arguments.entries, arguments.consent);
}

Decision unhide(const Analysis& host, const Arguments& arguments) {
  return unhide_devices(host, arguments.devices, arguments.entries, arguments.consent);
}

Decision repair(const Analysis& host, const Arguments& arguments) {
  return pci_passthrough::repair(host, arguments.entries, arguments.consent);
}

Decision undo(const Analysis& host, const Arguments& arguments) {
  return undo_last_change(host, arguments.consent);
}

Decision restore(const Analysis& host, const Arguments& arguments) {
  return restore_backup(host, arguments.backup.value(), arguments.consent);
}

Decision assign(const Analysis& host, const Arguments& arguments) {
  const auto placing = arguments.replace ? Placing::replace : Placing::append;
  return assign_devices(host, arguments.vm.value(), arguments.devices, {placing, arguments.guards},
                        arguments.consent);
}

Decision unassign(const Analysis& host, const Arguments& arguments) {
  return unassign_devices(host, arguments.vm.value(), arguments.devices, arguments.consent);
}

}  // namespace pci_passthrough::changes
