#include "plugin/host/change_backups.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/host/backups.hpp"

namespace pci_passthrough {

ChangeBackups::~ChangeBackups() {
  const bool stand = std::ranges::all_of(plan_.files, [&](const ReplaceFile& file) {
    return host_.read(file.path).value == file.before;
  });
  if (!is_kept_ && stand && !ids_.empty()) discard_backups(host_, ids_);
}

void ChangeBackups::write() {
  if (plan_.remember) model_.identities = plan_.remember->forgotten;
  for (const auto& file : plan_.files) {
    auto backup = model_;
    backup.path = file.path;
    backup.content = file.before;
    backup.left_sha256 = fingerprint(file.after);
    add(std::move(backup));
  }
  for (const auto& entry : plan_.vm_fields) {
    auto backup = model_;
    backup.kind = entry.field == VmField::pci ? BackupKind::vm_entry : BackupKind::vm_setting;
    backup.field = entry.field;
    backup.path = path_of(entry);
    backup.vm = entry.vm_uuid;
    backup.vm_name = entry.vm_name;
    backup.is_absent = !entry.before;
    backup.content = entry.before.value_or("");
    backup.left_sha256 = fingerprint(entry.after);
    add(std::move(backup));
  }
}

std::string ChangeBackups::write_lost(const std::string& path, const std::string& text) {
  auto backup = model_;
  backup.kind = BackupKind::lost_text;
  backup.path = path;
  backup.caller = "somebody else, at the same moment";
  backup.content = text;
  backup.change = ids_.front();
  const auto id = write_backup(host_, std::move(backup));
  return fmt::format(
      "Somebody else wrote {} at the moment at which it was replaced. What they wrote is kept as "
      "the backup {}.",
      path, id);
}

void ChangeBackups::add(Backup backup) {
  ids_.push_back(write_backup(host_, std::move(backup)));
  model_.change = ids_.front();
  model_.identities.reset();
}

}  // namespace pci_passthrough
