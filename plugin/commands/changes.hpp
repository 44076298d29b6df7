#pragma once

#include "plugin/commands/arguments.hpp"

/// Each change, decided; the rows of the command table point here.
namespace pci_passthrough::changes {

Decision hide(const Analysis& host, const Arguments& arguments);
Decision unhide(const Analysis& host, const Arguments& arguments);
Decision repair(const Analysis& host, const Arguments& arguments);
Decision rescue(const Analysis& host, const Arguments& arguments);
Decision confirm(const Analysis& host, const Arguments& arguments);
Decision abandon(const Analysis& host, const Arguments& arguments);
Decision undo(const Analysis& host, const Arguments& arguments);
Decision restore(const Analysis& host, const Arguments& arguments);
Decision import_state(const Analysis& host, const Arguments& arguments);
Decision assign(const Analysis& host, const Arguments& arguments);
Decision unassign(const Analysis& host, const Arguments& arguments);

}  // namespace pci_passthrough::changes
