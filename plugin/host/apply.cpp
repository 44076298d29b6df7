#include "plugin/host/apply.hpp"

#include <fmt/format.h>

#include <span>

#include "plugin/host/backups.hpp"
#include "plugin/host/change_backups.hpp"
#include "plugin/host/file_io.hpp"
#include "plugin/host/identities.hpp"
#include "plugin/host/program.hpp"
#include "plugin/host/replace_file.hpp"
#include "plugin/host/take_marker.hpp"
#include "plugin/host/vm_entries.hpp"
#include "plugin/model/failure.hpp"
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

std::string last_line(std::string_view output) {
  output = output.substr(0, output.find_last_not_of(" \t\r\n") + 1);
  return printable(output.substr(output.find_last_of('\n') + 1));
}

/// What went wrong; "" where nothing did.
std::string error_of(const RunProgram& step, const ProgramResult& result) {
  const std::string command = joined(std::vector{step.program, joined(step.arguments, " ")}, " ");
  if (!result.not_run.empty()) return result.not_run;
  if (result.timed_out)
    return command + " did not end within " + std::to_string(step.deadline_seconds) +
           " s and was killed";
  if (result.status == 0) return "";
  const std::string line = last_line(result.output);
  return command + " failed with status " + std::to_string(result.status) +
         (line.empty() ? "" : ": " + line);
}

void check_programs(const Host& host, const Plan& plan) {
  for (const auto& step : plan.programs)
    if (!host.has_program(step.program))
      throw Failure(code::internal_error, step.program +
                                              " is not there, or may not run here; "
                                              "nothing was changed");
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
  for (const auto& file : plan.files) remove_leftover(host, file.path);

  Applied applied;
  ChangeBackups backups(host, plan, function, caller);
  RollBack roll_back(host);
  backups.write();
  for (const auto& file : plan.files) {
    const auto replaced = replace_file(host, file.path, file.before, file.after);
    if (!replaced.error.empty()) throw Failure(code::internal_error, replaced.error);
    if (!replaced.notice.empty()) applied.notices.push_back(replaced.notice);
    roll_back.add(file);
    if (replaced.lost) applied.notices.push_back(backups.write_lost(file.path, *replaced.lost));
  }
  for (const auto& step : plan.programs) {
    const auto result = run_program(host, step.program, step.arguments,
                                    std::chrono::seconds(step.deadline_seconds), lock.descriptor());
    const std::string error = error_of(step, result);
    if (!error.empty()) throw Failure(code::internal_error, error + "; " + roll_back.now());
  }
  set_all(plan.vm_fields, set_vm_field, backups);
  roll_back.keep();
  backups.keep();
  applied.backups = backups.ids();
  remember(lock, plan, applied);
  return applied;
}

}  // namespace pci_passthrough
