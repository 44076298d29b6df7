#pragma once

#include <optional>
#include <string>
#include <vector>

#include "plugin/model/identity.hpp"

namespace pci_passthrough {

/// Put `after` in the place of the file at `path`, provided that it still is `before`.
struct ReplaceFile {
  std::string path;  ///< below the host's root, as the boot loader finds it (a link is followed)
  std::string before;
  std::string after;
};

/// Run a program of the host, to the end, with a deadline.
struct RunProgram {
  std::string program;  ///< "/sbin/extlinux"
  std::vector<std::string>
      arguments;  ///< an argument that is a path below the root starts with '/'
  int deadline_seconds = 60;
};

/// Change one key of a VM's other_config, provided that it still is `before`; no other key is
/// touched (VM.remove_from_other_config, VM.add_to_other_config).
struct SetVmEntry {
  std::string vm, vm_uuid, vm_name;          ///< ref; for people
  std::optional<std::string> before, after;  ///< of other_config:pci; absent: no key
};

/// Keep these identities in the place of those that are kept.
struct Remember {
  std::vector<Identity> all;
  std::vector<PciAddress> added;  ///< those of them that were not known
};

/// What is to be done, as a value. Carried out by host/apply alone: the file first, with a backup;
/// then the programs; where one fails, the old file comes back; then the VMs; then
/// the identities.
struct Plan {
  std::vector<ReplaceFile> files;
  std::vector<RunProgram> programs;
  std::vector<SetVmEntry> vm_entries;
  std::optional<Remember> remember;  ///< absent: what is kept fits

  bool empty() const { return files.empty() && vm_entries.empty() && !remember; }
};

/// One boot file that was replaced.
struct Backup {
  std::string id;        ///< "20261124T055959.123456Z-5891b5b5": time, and the hash's first digits
  std::string time;      ///< "2026-11-24T05:59:59Z"
  std::string function;  ///< "hide"
  std::string caller;
  std::string path;    ///< the file that it was
  std::string sha256;  ///< of the content, 64 hex digits
  std::string content;
};

}  // namespace pci_passthrough
