#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/xapi.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// set_vm_field, bound to a caller (vm_fields.hpp).
using SetVmFields = std::function<std::optional<Failure>(const SetVmField&)>;

struct Applied {
  std::vector<std::string> backups;  ///< ids
  std::vector<std::string> notices;  ///< what could not be done as well as it should
};

/// The one place that changes a host, but for taking a device from it (take_device.hpp). First the
/// backups, of each file and each VM's entry; then the files are replaced; then the programs, with
/// their deadlines; then the VMs, by `set_vm_field`; where a program or a VM fails the old entries
/// and files come back, and the backups go again. Throws Failure internal_error that says which
/// step failed, with the system's words, and that the old file stands.
Applied apply(const Host& host, const Lock& lock, const Plan& plan, const std::string& function,
              const std::string& caller, const SetVmFields& set_vm_field);

/// The new message first, then the old ones go, then what it was about is kept. Throws Failure.
void apply(const Lock& lock, Xapi& xapi, const ReplaceMessages& messages);

}  // namespace pci_passthrough
