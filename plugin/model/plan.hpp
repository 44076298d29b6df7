#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "plugin/model/auto_trial.hpp"
#include "plugin/model/identity.hpp"
#include "plugin/model/vm_fields.hpp"

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

/// The mark by which the boot loader takes one entry once: override_entry in GRUB's grubenv, or
/// extlinux's own (boot/once_mark.hpp). Set after all else stands, taken away before anything else.
struct SetMark {
  std::string entry;                     ///< "pci-passthrough trial"; "": the mark is taken away
  std::optional<ReplaceFile> grubenv{};  ///< `before` "": there is none yet
  std::optional<RunProgram> program{};   ///< extlinux

  bool is_set() const { return !entry.empty(); }
};

/// Change one field of a VM, provided that it still is `before`: of its other_config the key pci
/// and no other, of its blocked operations those that guard a device and no others.
struct SetVmField {
  std::string vm, vm_uuid, vm_name;          ///< ref; for people
  std::optional<std::string> before, after;  ///< as text_of() has it
  VmField field = VmField::pci;
};

/// "VM UUID other_config:pci", "VM UUID affinity".
std::string path_of(const SetVmField& entry);

/// Take a device from dom0 at once and give it to pciback. Its hide rule stands by then.
struct TakeDevice {
  PciAddress device;
  std::string driver;                ///< dom0's; "" where it has none
  std::vector<std::string> disks{};  ///< whole disks that must still open for us alone: "sdb"
};

/// Keep these identities in the place of those that are kept.
struct Remember {
  std::vector<Identity> all;
  std::vector<PciAddress> added;  ///< those of them that were not known
  std::vector<Identity> forgotten{};
};

/// What is to be done, as a value. Carried out by host/apply alone: the file first, with a backup;
/// then the programs; where one fails, the old file comes back; then the VMs; then
/// the identities. A mark is taken away before the file, and set after the programs. Last the
/// devices, one after the other, to the first that fails.
struct Plan {
  std::vector<ReplaceFile> files;
  std::vector<RunProgram> programs;
  std::optional<SetMark> mark;
  std::vector<SetVmField> vm_fields;  ///< one VM's one after the other, its entry last
  std::optional<Remember> remember;   ///< absent: what is kept fits
  std::vector<TakeDevice> takes{};
  /// What a trial that confirms itself waits for: kept before anything else is done.
  std::optional<AutoTrial> auto_trial{};
  bool forgets_auto_trial = false;  ///< after all else: there is no such trial any more

  bool empty() const {
    return files.empty() && vm_fields.empty() && !remember && !mark && takes.empty() &&
           !auto_trial && !forgets_auto_trial;
  }
};

/// Put a message of xapi's on this host in the place of those of ours that stand there.
struct ReplaceMessages {
  std::string host_uuid;
  std::string body;                ///< "" none
  std::vector<std::string> stand;  ///< refs
  std::string about;               ///< what it tells, whatever the words; kept, see host/alert.hpp
};

enum class BackupKind { boot_file, vm_entry, lost_text, vm_setting };
/// "boot file", "VM entry", "lost text", "VM setting".
std::string_view name_of(BackupKind kind);

/// What a change replaced: a boot file, a VM's other_config:pci, or another field of a VM; or what
/// somebody else wrote into a boot file at the moment at which we replaced it.
struct Backup {
  std::string id;        ///< "20261124T055959.123456Z-5891b5b5": time, and the hash's first digits
  std::string time;      ///< "2026-11-24T05:59:59Z"
  std::string function;  ///< "hide"
  std::string caller;
  std::string path;    ///< the file that it was; "VM UUID other_config:pci", "VM UUID affinity"
  std::string sha256;  ///< of the content, 64 hex digits
  std::string content;
  BackupKind kind = BackupKind::boot_file;
  bool is_absent = false;  ///< a VM had no entry; `content` is ""
  std::string change{};    ///< the id of the first backup of the change; 0.1.0 wrote none: its own
  std::string
      left_sha256{};  ///< of what the change left, "none" where no entry; "" unknown (0.1.0)
  std::string vm{}, vm_name{};                        ///< uuid; for people
  VmField field = VmField::pci;                       ///< of the VM
  std::optional<std::vector<Identity>> identities{};  ///< remembered before, where that changed
  std::size_t left_out = 0;  ///< bytes of a content that is not kept in memory, nor are identities

  std::size_t size() const { return content.size() + left_out; }
  bool is_of_vm() const { return kind == BackupKind::vm_entry || kind == BackupKind::vm_setting; }
  /// What stood there; nothing where a VM had no entry.
  std::optional<std::string> before() const {
    return is_absent ? std::nullopt : std::optional(content);
  }
};
/// As Backup::left_sha256 has it.
std::string fingerprint(const std::optional<std::string>& text);

}  // namespace pci_passthrough
