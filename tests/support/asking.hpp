#pragma once

#include "plugin/plans/assign.hpp"
#include "plugin/plans/repair.hpp"
#include "plugin/plans/restore.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// How far an edit reaches and what is accepted; a short form for tests.
struct EditTerms {
  bool all_entries = false;
  std::vector<Acceptance> accepted{};

  Entries entries() const { return all_entries ? Entries::all : Entries::that_boot; }
};
struct AssignTerms {
  bool replace = false;
  std::vector<Acceptance> accepted{};
  bool guards = false;
};

inline Decision hide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                             const EditTerms& terms, const Caller& caller) {
  return hide_devices(host, devices, terms.entries(), Consent{caller, terms.accepted});
}
inline Decision unhide_devices(const Analysis& host, const std::vector<PciAddress>& devices,
                               const EditTerms& terms, const Caller& caller) {
  return unhide_devices(host, devices, terms.entries(), Consent{caller, terms.accepted});
}
inline Decision hide_exactly(const Analysis& host, const std::vector<PciAddress>& devices,
                             const EditTerms& terms, const Caller& caller) {
  return hide_exactly(host, devices, terms.entries(), Consent{caller, terms.accepted});
}
inline Decision repair(const Analysis& host, const EditTerms& terms, const Caller& caller) {
  return repair(host, terms.entries(), Consent{caller, terms.accepted});
}
inline Decision restore_backup(const Analysis& host, const std::string& id, const EditTerms& terms,
                               const Caller& caller) {
  return restore_backup(host, id, Consent{caller, terms.accepted});
}
inline Decision decide(const Analysis& before, const std::string& text,
                       const std::vector<PciAddress>& concerned,
                       const std::vector<Acceptance>& accepted, const Caller& caller) {
  return decide(before, {text, concerned}, Consent{caller, accepted});
}
inline Decision assign_devices(const Analysis& host, const std::string& vm,
                               const std::vector<PciAddress>& devices, const AssignTerms& terms,
                               const Caller& caller) {
  return assign_devices(host, vm, devices,
                        {terms.replace ? Placing::replace : Placing::append, terms.guards},
                        Consent{caller, terms.accepted});
}
inline Decision unassign_devices(const Analysis& host, const std::string& vm,
                                 const std::vector<PciAddress>& devices,
                                 const std::vector<Acceptance>& accepted, const Caller& caller) {
  if (devices.empty()) return unassign_devices(host, vm, std::nullopt, Consent{caller, accepted});
  return unassign_devices(host, vm, devices, Consent{caller, accepted});
}

}  // namespace pci_passthrough
