#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/model/snapshot.hpp"
#include "plugin/pci/vm_entry.hpp"

namespace pci_passthrough {

/// Where a VM runs, or would start: on the host of its affinity, which is a preference, and
/// elsewhere when that has no room; else on any host of the pool. xapi looks at no device
/// (plugin/model/README.md, "Which VM may start where"). A host that is off, disabled or gone is
/// nobody's preference.
enum class Place { here, elsewhere, preferred_elsewhere, anywhere };

/// A VM, snapshot or template that has the key other_config:pci.
struct VmAssignment {
  std::string ref;
  const VmRecord* vm = nullptr;
  VmEntry entry;
  Place place = Place::anywhere;

  bool starts() const { return !vm->is_template && !vm->is_snapshot; }
  /// It runs or belongs here, or nobody knows where.
  bool may_be_here() const { return may_start_here() && place != Place::preferred_elsewhere; }
  /// The same, or its own host has no room for it.
  bool may_start_here() const { return starts() && place != Place::elsewhere; }
  bool wants_here(const PciAddress& address) const { return may_be_here() && entry.names(address); }
};

/// In the order of their names; none where xapi told none. Control domains are not among them. They
/// point into the snapshot.
std::vector<VmAssignment> vm_assignments(const Snapshot& snapshot);

/// The same of one VM, without the key too.
VmAssignment vm_assignment(const Pool& pool, const std::string& ref, const VmRecord& vm);

Place place_of(const Pool& pool, const VmRecord& vm);
/// Is this host there, on and enabled, as far as can be told?
bool takes_vms(const Pool& pool, const std::string& host);
bool is_running(const VmRecord& vm);  ///< or paused: it has its devices
/// auto_poweron, where the pool has it too (scripts/xapi-autostart-vms), or HA restarts it.
/// Nothing: it cannot be told whether the pool does so.
std::optional<bool> starts_by_itself(const Pool& pool, const VmRecord& vm);
bool vms_are_known(const Snapshot& snapshot);
/// Where they are not: xapi's words, or that it did not answer.
std::string why_vms_are_unknown(const Snapshot& snapshot);

/// For `evidence`: the socket of xapi, and what was asked for.
std::string evidence_in(const VmRecord& vm, std::string_view field);

}  // namespace pci_passthrough
