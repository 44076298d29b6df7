#pragma once

#include <functional>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/analysis.hpp"
#include "plugin/pci/vm_entry.hpp"

namespace pci_passthrough {

/// What an entry means: what xapi plugs, in its order, then what it drops though it is certain what
/// is meant, as it stands.
std::vector<PciAddress> meant_by(const VmEntry& entry);

/// How far an entry may be written anew.
struct Mending {
  std::map<PciAddress, PciAddress> moves{};  ///< old address, new address
  /// Would the VM start with the device of a piece that xapi dropped so far? `was` stands there,
  /// `is` is where the device is.
  std::function<bool(const PciAddress& was, const PciAddress& is)> would_start =
      [](const PciAddress&, const PciAddress&) { return true; };
};
/// As this host has it. Moves are followed where the VM starts here alone.
Mending mending(const Analysis& host, const VmAssignment& assignment,
                const std::map<PciAddress, PciAddress>& moves);

/// A VM's entry, written so that xapi reads what is meant.
struct RepairedVmEntry {
  std::string text;
  std::vector<std::string> left;  ///< pieces of which it is not certain what they mean: they stand
                                  ///< as they were, and so does every address that moved
  std::vector<PciAddress> dropped;  ///< by xapi as before, as the VM would not start with them
};
/// An entry of which xapi drops nothing that is certain, and whose form is the one that all read,
/// stays byte for byte, its order too.
RepairedVmEntry repaired_vm_entry(std::string_view text, const Mending& mending = {});

/// When a new entry takes effect, of a VM that runs; else nothing.
std::optional<std::string> notice_of_running(const VmRecord& vm);

}  // namespace pci_passthrough
