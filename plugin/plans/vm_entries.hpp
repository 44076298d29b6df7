#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/pool.hpp"
#include "plugin/pci/vm_entry.hpp"

namespace pci_passthrough {

/// What an entry means: what xapi plugs, in its order, then what it drops though it is certain what
/// is meant, as it stands.
std::vector<PciAddress> meant_by(const VmEntry& entry);

/// A VM's entry, written so that xapi reads what is meant.
struct RepairedVmEntry {
  std::string text;
  std::vector<std::string> left;  ///< pieces of which it is not certain what they mean: they stand
                                  ///< as they were
};
/// An entry of which xapi drops nothing that is certain stays byte for byte, its order too.
RepairedVmEntry repaired_vm_entry(std::string_view text);

/// When a new entry takes effect, of a VM that runs; else nothing.
std::optional<std::string> remark_of_running(const VmRecord& vm);

}  // namespace pci_passthrough
