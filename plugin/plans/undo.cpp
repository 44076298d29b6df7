#include "plugin/plans/undo.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"
#include "plugin/plans/identities.hpp"
#include "plugin/plans/restore.hpp"

namespace pci_passthrough {
namespace {

using Change = std::vector<const Backup*>;  ///< all that one call replaced

std::vector<Change> changes_of(const Snapshot& snapshot) {
  std::vector<Change> changes;
  for (const auto& backup : snapshot.backups) {
    if (backup.kind == BackupKind::lost_text) continue;
    if (changes.empty() || changes.back().front()->change != backup.change) changes.emplace_back();
    changes.back().push_back(&backup);
  }
  return changes;
}

[[noreturn]] void refuse(const std::vector<std::string>& reasons) { throw refused_for(reasons); }

/// A backup that cannot be read may be of the last change, or of a later one.
void check_readable(const Snapshot& snapshot, const Change& last) {
  constexpr std::string_view mark = "backup ";
  std::vector<std::string> reasons;
  for (const auto& [what, why] : snapshot.unreadable) {
    const bool is_late =
        what.starts_with(mark) && (last.empty() || what.substr(mark.size()) > last.front()->change);
    if (is_late || what == "backups")
      reasons.push_back(
          fmt::format("Unknown what the last change was: cannot read {} ({}). Look at backups, and "
                      "put one back: restore id=BACKUP.",
                      what, why));
  }
  if (!reasons.empty()) refuse(reasons);
}

std::string what(const Backup& backup) {
  return backup.is_of_vm() ? fmt::format("the {} of the VM '{}'", words_of(backup.field),
                                         printable(backup.vm_name))
                           : backup.path;
}

std::string called(const Backup& backup) {
  return fmt::format("'{}' of {} by {}", printable(backup.function), printable(backup.time),
                     printable(backup.caller));
}

std::string fingerprint_of(const Pool& pool, const VmRecord& vm, VmField field) {
  const auto text = text_of(pool, vm, field);
  return text || field == VmField::pci ? fingerprint(text) : "";
}

/// What stands there now, as Backup::left_sha256 has it; "" unknown.
std::string stands_now(const Analysis& host, const Backup& backup) {
  if (backup.kind == BackupKind::boot_file)
    return backup.path == host.boot().path && host.boot().unreadable.empty()
               ? fingerprint(host.boot().file.text)
               : "";
  if (!vms_are_known(host.snapshot())) return "";
  for (const auto& [ref, vm] : host.snapshot().pool->vms)
    if (vm.uuid == backup.vm) return fingerprint_of(*host.snapshot().pool, vm, backup.field);
  return "";
}

bool is_back(const Analysis& host, const Backup& backup) {
  return stands_now(host, backup) == fingerprint(backup.before());
}

std::string why_not(const Analysis& host, const Backup& backup) {
  const auto now = stands_now(host, backup);
  if (now.empty() || now == backup.left_sha256) return "";  // put_back() and the checks say it
  const auto way = fmt::format(
      "restore id={} puts back what stood there before it, in the place of "
      "what stands there now.",
      backup.id);
  if (backup.left_sha256.empty())
    return fmt::format("Unknown whether {} still is what {} left: that version did not note it. {}",
                       what(backup), called(backup), "To put it back all the same: " + way);
  return fmt::format(
      "{} is not what {} left: somebody changed it since. Look at {}. To put it back all the same: "
      "{}",
      what(backup), called(backup), backup.is_of_vm() ? "assignments" : "rules", way);
}

std::string sentence_of(const std::vector<Change>& changes) {
  std::size_t undone = 0;  // how many undos stand last
  while (undone < changes.size() &&
         changes[changes.size() - 1 - undone].front()->function == "undo")
    ++undone;
  std::vector<std::string> parts;
  for (const auto* backup : changes.back()) parts.push_back(what(*backup));
  const auto last = called(*changes.back().front());
  const auto first = undone == changes.size()
                         ? std::string("a change of which no backup is left")
                         : called(*changes[changes.size() - 1 - undone].front());
  if (undone == 0) return fmt::format("This takes back {}: {}.", last, joined(parts));
  if (undone % 2 == 0)
    return fmt::format("This takes back {} once more: {}. {} did it again.", first, joined(parts),
                       last);
  return fmt::format("This is a redo: it takes back {}, and does {} again: {}.", last, first,
                     joined(parts));
}

}  // namespace

Decision undo_last_change(const Analysis& host, const Consent& consent) {
  const auto changes = changes_of(host.snapshot());
  check_readable(host.snapshot(), changes.empty() ? Change() : changes.back());
  if (changes.empty()) throw misuse("there is no change to take back: no backup is kept");
  const auto& last = changes.back();
  const bool already =
      std::ranges::all_of(last, [&](const auto* one) { return is_back(host, *one); });
  std::vector<std::string> reasons;
  for (const auto* backup : last)
    if (auto reason = why_not(host, *backup); !already && !reason.empty())
      reasons.push_back(std::move(reason));
  if (!reasons.empty()) refuse(reasons);

  const auto& known = host.snapshot().identities;
  const bool is_known = !already && may_remember(host.snapshot());
  const auto& earlier = last.front()->identities;  // known again, though nothing names it any more
  auto identities = is_known && earlier ? with_others(known, *earlier) : known;
  auto decision = put_back(host.with({.identities = identities}), last, consent);
  auto& remember = decision.plan.remember;
  if (!remember && identities != known) remember = Remember{std::move(identities), {}};
  decision.notices.insert(
      decision.notices.begin(),
      already ? fmt::format("The last change, {}, is taken back already: {} stands as before it.",
                            called(*last.front()), what(*last.front()))
              : sentence_of(changes));
  return decision;
}

}  // namespace pci_passthrough
