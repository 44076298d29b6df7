#pragma once

#include "plugin/checks/catalogue.hpp"

namespace pci_passthrough::checks {

/// What a start of the VM would find of a device that dom0 has, or gets.
struct DomZeroHas {
  std::string words;  ///< "ahci drives it in dom0, and no rule hides it."; "" where it does not
  std::optional<Severity> severity{};
  FindingState state = FindingState::found;
  enum { hide, reboot, look, nothing } way = hide;  ///< out of it
};

DomZeroHas how_dom0_has(const Analysis& host, const Function& function);

}  // namespace pci_passthrough::checks
