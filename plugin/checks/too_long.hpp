#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// How many rules of the list that counts fit into this entry's command line, if it stands once.
std::size_t rules_with_room(const Analysis& host, std::size_t entry);

/// What makes every command line that is too long fit: repair where one list is enough, else the
/// fewest devices to unhide, those first that are not there or that no VM wants.
Remedy shortening(const Analysis& host);

}  // namespace pci_passthrough::checks
