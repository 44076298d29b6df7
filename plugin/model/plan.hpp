#pragma once

#include <optional>
#include <string>
#include <string_view>
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

/// "VM UUID other_config:pci".
std::string path_of(const SetVmEntry& entry);

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

enum class BackupKind { boot_file, vm_entry, lost_text };
/// "boot file", "VM entry", "lost text".
std::string_view name_of(BackupKind kind);

/// What a change replaced: a boot file, or a VM's other_config:pci; or what somebody else wrote
/// into a boot file at the moment at which we replaced it.
struct Backup {
  std::string id;        ///< "20261124T055959.123456Z-5891b5b5": time, and the hash's first digits
  std::string time;      ///< "2026-11-24T05:59:59Z"
  std::string function;  ///< "hide"
  std::string caller;
  std::string path;    ///< the file that it was; "VM UUID other_config:pci"
  std::string sha256;  ///< of the content, 64 hex digits
  std::string content;
  BackupKind kind = BackupKind::boot_file;
  bool is_absent = false;  ///< a VM had no entry; `content` is ""
  std::string change{};    ///< the id of the first backup of the change; 0.1.0 wrote none: its own
  std::string
      left_sha256{};  ///< of what the change left, "none" where no entry; "" unknown (0.1.0)
  std::string vm{}, vm_name{};                        ///< uuid; for people
  std::optional<std::vector<Identity>> identities{};  ///< remembered before, where that changed

  /// What stood there; nothing where a VM had no entry.
  std::optional<std::string> before() const {
    return is_absent ? std::nullopt : std::optional(content);
  }
};
/// As Backup::left_sha256 has it.
std::string fingerprint(const std::optional<std::string>& text);

}  // namespace pci_passthrough
