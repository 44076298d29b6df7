#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// A backup that cannot be read: "it is damaged" (hash, fields), or the system's reason.
struct UnreadBackup {
  std::string id, why;

  bool operator==(const UnreadBackup&) const = default;
};

/// Every backup, oldest first. One that cannot be read is left out and named in `unread`. Of boot
/// files the newest alone keep their contents: 4 MiB.
Read<std::vector<Backup>> read_backups(const Host& host, std::vector<UnreadBackup>* unread);
/// This one with its content, where it is among them and was left without.
void read_content(const Host& host, const std::string& id, std::vector<Backup>& backups);

/// Writes one, whole and flushed, before what it is of is touched: STATE/backups/ID.json (its
/// record) and STATE/backups/ID.content. Makes its id (which it returns), its time and its hash; a
/// backup that names no change begins one. Beside a boot file a copy of the latest stands as
/// FILE.pci-passthrough.bak, for a person at the boot prompt. Throws Failure internal_error.
std::string write_backup(const Host& host, Backup backup);

/// Takes those of a change that did not happen away, and puts the copy beside the boot file back.
void discard_backups(const Host& host, const std::vector<std::string>& ids);

/// Takes away what a killed call left half written.
void remove_leftover_backups(const Host& host);

}  // namespace pci_passthrough
