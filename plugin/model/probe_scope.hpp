#pragma once

namespace pci_passthrough {

/// Which parts of a host a command asks for; `version` asks for none.
enum class ProbeScope : unsigned {
  none = 0,
  functions = 1,  ///< PCI functions and the host's identity
  names = 2,      ///< pci.ids
  usage = 4,      ///< disks, mounts, network, input
  boot = 8,
  backups = 16,
  recording = 32,
  iommu = 128,
  pool = 64,        ///< xapi's records
  replies = 256,    ///< of every host's own plugin, to list and verify
  bars = 1024,      ///< of the functions that an entry hides or a VM wants
  all_bars = 2048,  ///< with bars: of every function, for what is about to be hidden or assigned
  watch = 4096,     ///< of a trial that confirms itself
};
constexpr ProbeScope operator|(ProbeScope a, ProbeScope b) {
  return static_cast<ProbeScope>(static_cast<unsigned>(a) | static_cast<unsigned>(b));
}
constexpr bool has(ProbeScope all, ProbeScope one) {
  return (static_cast<unsigned>(all) & static_cast<unsigned>(one)) != 0;
}

}  // namespace pci_passthrough
