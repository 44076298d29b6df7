#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/boot/platform.hpp"
#include "plugin/boot/stray_rules.hpp"
#include "plugin/model/snapshot.hpp"

namespace pci_passthrough {

/// A hide list among the options of a file of /etc/modprobe.d.
struct ModuleRule {
  std::string path;
  StrayRule rule;
};

/// What the boot file's other readers make of it: the platform's own tools, and a person.
struct OtherReaders {
  explicit OtherReaders(const Snapshot& snapshot);

  /// What xen-cmdline, and xapi behind it, read. Absent: the release is not known, or they read
  /// another file.
  std::optional<PlatformView> platform;
  std::vector<StrayRule> strays;  ///< words that mean a rule and are none, in the order of the file
  std::vector<ModuleRule> modules;

  /// The entry of these tools that begins in the same line; null where they see none there.
  const PlatformEntry* seen(const BootEntry& entry) const;
};

}  // namespace pci_passthrough
