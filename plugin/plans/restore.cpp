#include "plugin/plans/restore.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/boot/boot_limits.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/vm_change.hpp"
#include "plugin/plans/vm_entries.hpp"

namespace pci_passthrough {
namespace {

void check_file(const Analysis& host, const Backup& backup) {
  if (backup.path != host.boot().path)
    throw misuse(fmt::format("the backup '{}' is of {}, and this host boots by {}", backup.id,
                             backup.path, host.boot().path));
  if (const auto what = beyond_boot_limits(host.boot().file.loader, backup.content))
    throw misuse(fmt::format("the backup '{}' {}, which is no boot configuration of any release",
                             backup.id, *what));
}

const Vm& vm_of(const Analysis& host, const Backup& backup) {
  const auto& snapshot = host.snapshot();
  if (!vms_are_known(snapshot))
    throw Failure(code::xapi_unavailable,
                  fmt::format("Unknown which PCI devices the VM '{}' has now: {}.",
                              printable(backup.vm_name), why_vms_are_unknown(snapshot)));
  const auto& vms = snapshot.pool->vms;
  const auto found =
      std::ranges::find(vms, backup.vm, [](const Vm& one) { return one.second.uuid; });
  if (found == vms.end())
    throw misuse(fmt::format("the backup '{2}' is of the VM '{0}' ({1}), which is gone",
                             printable(backup.vm_name), printable(backup.vm), backup.id));
  if (backup.kind == BackupKind::vm_entry && backup.before())
    check_place(*snapshot.pool, found->second);
  return *found;
}

}  // namespace

Decision put_back(const Analysis& host, const std::vector<const Backup*>& backups,
                  const Consent& consent) {
  BootChange change{host.boot().file.text};
  std::vector<std::string> notices;
  const Vm* vm = nullptr;
  for (const auto* backup : backups) {
    if (!backup->is_of_vm()) {
      check_file(host, *backup);
      change.text = backup->content;
      continue;
    }
    vm = &vm_of(host, *backup);
    const auto known = change.vm_fields.size();
    add_field(*host.snapshot().pool, *vm, backup->field, backup->before(), change.vm_fields);
    if (change.vm_fields.size() == known || backup->field != VmField::pci) continue;
    if (auto notice = notice_of_running(vm->second)) notices.push_back(std::move(*notice));
  }
  const bool is_of_one_vm = std::ranges::all_of(
      backups, [&](const auto* one) { return one->is_of_vm() && one->vm == backups[0]->vm; });
  if (vm && is_of_one_vm) return decide_vm(host, *vm, {std::move(change.vm_fields)}, consent);
  auto decision = decide(host, std::move(change), consent);
  decision.notices = std::move(notices);
  return decision;
}

Decision restore_backup(const Analysis& host, const std::string& id, const Consent& consent) {
  const auto& backups = host.snapshot().backups;
  const auto backup = std::ranges::find(backups, id, &Backup::id);
  if (backup == backups.end())
    throw misuse(fmt::format("unknown backup '{}'; backups lists them", id));
  return put_back(host, {&*backup}, consent);
}

}  // namespace pci_passthrough
