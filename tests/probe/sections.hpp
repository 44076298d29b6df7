#pragma once

#include "plugin/model/storage.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {

/// What the plugin reads of a host that has these sections of a recording, and no more.
inline Snapshot host_of(const std::string& sections) {
  return probed("pci-passthrough recording 1\n" + sections);
}

inline std::string section(const std::string& path, const std::string& text) {
  return "=== " + path + "\n" + text;
}

inline SystemVolume root_of(const Snapshot& snapshot) {
  const auto volumes = system_volumes(snapshot);
  return *std::ranges::find(volumes, "/", &SystemVolume::name);
}

}  // namespace pci_passthrough
