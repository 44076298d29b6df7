#pragma once

#include "plugin/plans/repair.hpp"
#include "tests/support/asking.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

inline Decision repaired(const Snapshot& host, bool all = false) {
  return repair(host, {all, {}}, shell);
}

/// A rule names the address from which 18:00.0 came.
inline Snapshot sas_moved_from(const char* from) {
  auto host = recorded(nas);
  auto identity = *identity_of(host, function_of(host, "18:00.0"));
  identity.address = at(from);
  host.identities = {identity};
  return hiding(host, "(0000:3b:00.0)(" + identity.address.text() + ")");
}

}  // namespace pci_passthrough
