#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// How a function is reset between two VMs.
struct ResetWays {
  /// How the kernel would reset it, the first way first, in its own words (pci.c
  /// pci_reset_fn_methods): its own list where it gives one, else what config space and topology
  /// say: "flr", "af_flr", "pm", "bus". Empty: it cannot be reset. What a quirk takes away
  /// (quirks.c) only the kernel knows: without its list, by whether there is a file `reset` at all
  /// (pci-sysfs.c); where there is one and nothing else says how, the way is "kernel's own". Of its
  /// list "bus" does not count where others share the bus: the list was made before the kernel saw
  /// them, and the reset itself it refuses (pci.c pci_parent_bus_reset).
  std::optional<std::vector<std::string>> methods;
  /// Every other function that a reset of its bus or slot hits; empty on a root bus, which nothing
  /// resets. Where pciback holds them all, XenServer's may do it (its file do_flr).
  std::vector<PciAddress> bus_hits;
};
/// `beside`: the functions below the bridge that this one hangs on, itself among them.
ResetWays reset_ways(const Function& function, const std::vector<PciAddress>& beside);

/// By config space and topology alone.
std::optional<std::vector<std::string>> computed_reset_methods(
    const Function& function, const std::vector<PciAddress>& bus_hits);

/// Is it of a model that advertises an FLR which hangs it (quirks.c quirk_no_flr)? A kernel that
/// knows it does not use it; where there is no list of the kernel's, we do not count it.
bool hangs_on_flr(const Function& function);

bool is_on_root_bus(const Function& function);

}  // namespace pci_passthrough
