#include "plugin/host/apply.hpp"

#include <fmt/format.h>

#include <span>

#include "plugin/host/auto_trial.hpp"
#include "plugin/host/backups.hpp"
#include "plugin/host/boot_mark.hpp"
#include "plugin/host/change_backups.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/identities.hpp"
#include "plugin/host/program_step.hpp"
#include "plugin/host/replace_file.hpp"
#include "plugin/host/take_marker.hpp"
#include "plugin/host/vm_entries.hpp"
#include "plugin/model/boot_mark.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/paths.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

/// Brings the old files back, the last one first, unless the change was kept.
class RollBack {
 public:
  explicit RollBack(const Host& host) : host_(host) {}
  ~RollBack() { now(); }
  RollBack(const RollBack&) = delete;

  void add(const ReplaceFile& file) { files_.push_back(&file); }
  void keep() { files_.clear(); }

  /// Says what stands.
  std::string now() noexcept {
    std::string error;
    for (; !files_.empty(); files_.pop_back()) error += bring_back(*files_.back());
    return error.empty() ? "the old file stands" : error;
  }

 private:
  std::string bring_back(const ReplaceFile& file) const {
    const auto back = replace_file(host_, file.path, file.after, file.before);
    if (back.error.empty()) return "";
    return "the old " + file.path + " could not be brought back: " + back.error;
  }

  const Host& host_;
  std::vector<const ReplaceFile*> files_;
};

void check_programs(const Host& host, const Plan& plan) {
  auto steps = plan.programs;
  if (plan.mark && plan.mark->program) steps.push_back(*plan.mark->program);
  for (const auto& step : steps)
    if (!host.has_program(step.program))
      throw Failure(code::internal_error, step.program +
                                              " is not there, or may not run here; "
                                              "nothing was changed");
}

/// One without its entry means nothing, so it comes before.
void keep_auto_trial(const Lock& lock, const Plan& plan) {
  const int error = plan.auto_trial ? write_auto_trial(lock, *plan.auto_trial) : 0;
  if (error)
    throw Failure(code::internal_error, fmt::format("cannot write {}: {}; nothing was changed",
                                                    paths::auto_trial, error_text(error)));
}

/// First of all: while it is set, the entry that it names must stand.
void take_mark_away(const Host& host, const Lock& lock, const Plan& plan) {
  if (!plan.mark || plan.mark->is_set()) return;
  const auto error = write_mark(host, lock, *plan.mark);
  if (!error.empty() && !mark_is_as_wanted(host, *plan.mark))
    throw Failure(code::internal_error,
                  fmt::format("{}; the boot loader's mark stands, and so does its entry", error));
}

/// Where a later step fails: the old file boots then, and nothing boots once.
std::string said_of_mark(const Plan& plan) {
  return plan.mark && !plan.mark->is_set() ? "; the boot loader's mark was taken away" : "";
}

/// Last of all. Where it failed and yet stands, the entry that it names stays.
void set_mark(const Host& host, const Lock& lock, const Plan& plan, RollBack& roll_back,
              ChangeBackups& backups) {
  if (!plan.mark || !plan.mark->is_set()) return;
  const auto error = write_mark(host, lock, *plan.mark);
  if (error.empty()) return;
  const bool stands = mark_is_as_wanted(host, *plan.mark);
  if (stands) {
    roll_back.keep();
    backups.keep();
  }
  throw Failure(code::internal_error,
                fmt::format("{}; {}", error,
                            stands ? "the entry stands, and the next boot may take it: see rules"
                                   : roll_back.now()));
}

/// What was changed stands whether or not it can be remembered what it is for.
void remember(const Lock& lock, const Plan& plan, Applied& applied) {
  const int error = plan.remember ? write_identities(lock.descriptor(), plan.remember->all) : 0;
  if (error)
    applied.notices.push_back(
        std::string("it is not remembered which devices are meant: cannot write ") +
        identities_file + ": " + error_text(error));
}

/// The last one first; says which could not.
std::string bring_back(std::span<const SetVmField> entries, const SetVmFields& set_vm_field) {
  std::string error;
  for (; !entries.empty(); entries = entries.first(entries.size() - 1)) {
    auto back = entries.back();
    std::swap(back.before, back.after);
    if (const auto failure = set_vm_field(back))
      error += fmt::format("; the old {} of the VM '{}' could not be brought back: {}",
                           words_of(back.field), back.vm_name, failure->sentence);
  }
  return error;
}

/// All or none.
void set_all(std::span<const SetVmField> entries, const SetVmFields& set_vm_field,
             ChangeBackups& backups) {
  for (std::size_t done = 0; done < entries.size(); ++done)
    if (auto failure = set_vm_field(entries[done])) {
      const auto error = bring_back(entries.first(done), set_vm_field);
      if (!error.empty() || !is_as_before(*failure)) backups.keep();
      throw Failure(failure->code, failure->sentence + error, failure->details);
    }
}

}  // namespace

Applied apply(const Host& host, const Lock& lock, const Plan& plan, const std::string& function,
              const std::string& caller, const SetVmFields& set_vm_field) {
  check_programs(host, plan);
  remove_leftover_backups(host);
  remove_leftover_identities(host);
  remove_old_markers(host);
  remove_leftover_auto_trial(lock);
  for (const auto& file : plan.files) {
    remove_leftover(host, file.path);
    remove_leftover(host, grubenv_beside(file.path));
  }
  if (plan.mark && plan.mark->grubenv) remove_leftover(host, plan.mark->grubenv->path);

  Applied applied;
  ChangeBackups backups(host, plan, function, caller);
  RollBack roll_back(host);
  backups.write();
  keep_auto_trial(lock, plan);
  take_mark_away(host, lock, plan);
  for (const auto& file : plan.files) {
    const auto replaced = replace_file(host, file.path, file.before, file.after);
    if (!replaced.error.empty())
      throw Failure(code::internal_error, replaced.error + said_of_mark(plan));
    if (!replaced.notice.empty()) applied.notices.push_back(replaced.notice);
    roll_back.add(file);
    if (replaced.lost) applied.notices.push_back(backups.write_lost(file.path, *replaced.lost));
  }
  for (const auto& step : plan.programs) {
    const std::string error = run_step(host, lock, step);
    if (!error.empty())
      throw Failure(code::internal_error, error + "; " + roll_back.now() + said_of_mark(plan));
  }
  set_mark(host, lock, plan, roll_back, backups);
  set_all(plan.vm_fields, set_vm_field, backups);
  roll_back.keep();
  backups.keep();
  applied.backups = backups.ids();
  remember(lock, plan, applied);
  if (plan.forgets_auto_trial) remove_auto_trial(lock);
  return applied;
}

}  // namespace pci_passthrough
