#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "plugin/model/plan.hpp"

namespace pci_passthrough {

/// STATE/backups/ID.json: all of a backup but its content. 0.1.0 wrote `id`, `time`, `function`,
/// `caller`, `path`, `sha256` and `size`, and of boot files alone; what came later may be missing.
std::string backup_record(const Backup& backup);

/// The backup, with its content; nothing where the record is damaged, is another one's, or does not
/// fit the content.
std::optional<Backup> read_backup_record(const std::string& id, std::string_view record,
                                         std::string content);

}  // namespace pci_passthrough
