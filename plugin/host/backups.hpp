#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "plugin/host/host.hpp"
#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// Every backup, oldest first. One that is damaged (hash, fields) is left out and named in
/// `damaged`.
Read<std::vector<Backup>> read_backups(const Host& host, std::vector<std::string>* damaged);

/// Writes one, whole and flushed, before the file itself is touched:
/// STATE/backups/ID.json (fields) and STATE/backups/ID.content. Returns its id.
/// Beside the boot file a copy of the latest stands as FILE.pci-passthrough.bak, for a person at
/// the boot prompt. Throws Failure internal_error.
std::string write_backup(const Host& host, const std::string& path, std::string_view content,
                         const std::string& function, const std::string& caller);

/// Takes away what a killed call left half written.
void remove_leftover_backups(const Host& host);

}  // namespace pci_passthrough
