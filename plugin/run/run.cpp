#include "plugin/run/run.hpp"

#include <optional>
#include <thread>

#include "plugin/checks/catalogue.hpp"
#include "plugin/host/apply.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/log.hpp"
#include "plugin/host/vm_entries.hpp"
#include "plugin/model/dom0_access.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/run/rights.hpp"

namespace pci_passthrough {
namespace {

/// How the caller could go ahead in spite of it; "" where nobody can.
std::string way_past(const Finding& finding) {
  const Check& check = *find_check(finding.code);
  if (!finding.device || check.refusal == Refusal::final) return "";
  const auto acceptance = finding.code + "@" + finding.device->text();
  return check.refusal == Refusal::acceptable
             ? "; accept=" + acceptance + " goes ahead in spite of it"
             : "; only root at a shell on the host can go ahead in spite of it: --accept " +
                   acceptance;
}

std::string plain(const Finding& finding) {
  const auto device = finding.device ? " " + finding.device->text() : "";
  return finding.code + device + ": " + finding.message + way_past(finding);
}

Failure refusal(const std::vector<Finding>& refusals) {
  std::vector<std::string> reasons;
  for (const auto& finding : refusals) {
    if (finding.code == "boot-config-unparseable")
      return {code::boot_config_unreadable, finding.message, {finding.remedy}};
    reasons.push_back(plain(finding));
  }
  return {code::refused, "refused, and nothing was changed", reasons};
}

std::string value_in(const Boot& boot, std::size_t i) {
  if (i >= boot.file.entries.size()) return "-";
  return std::string(hide_arguments(boot, boot.file.entries[i]).value().value_or("-"));
}

/// "xe: - became (0000:06:00.0)" for each entry whose list changed.
std::string changes(const Boot& before, const Boot& after) {
  std::vector<std::string> changed;
  for (std::size_t i = 0; i < after.file.entries.size(); ++i)
    if (const auto was = value_in(before, i), is = value_in(after, i); was != is)
      changed.push_back(after.file.entries[i].title + ": " + was + " became " + is);
  return changed.empty() ? "no list changed" : joined(changed);
}

void log_change(const Host& host, const Request& request, const Decision& decision,
                const Applied& applied, const Snapshot& before) {
  std::vector<std::string> accepted;
  for (const auto& one : decision.accepted) accepted.push_back(one.text());
  const auto who = request.function + " by " + request.caller.name + ", ";
  const auto in_spite =
      "; accepted: " + (accepted.empty() ? std::string("nothing") : joined(accepted));
  for (const auto& file : decision.plan.files)
    log_line(who + host.outside(file.path) + ": " +
             changes(before.boot, with_boot_text(before, file.after).boot) + in_spite +
             "; backup " + joined(applied.backups));
  for (const auto& entry : decision.plan.vm_entries)
    log_line(who + "other_config:pci of VM " + entry.vm_uuid + ": " + entry.before.value_or("-") +
             " became " + entry.after.value_or("-") + in_spite);
}

Failure overwritten(const SetVmEntry& entry, const std::optional<std::string>& now) {
  return {code::busy,
          "the entry of the VM '" + entry.vm_name +
              "' was written, but somebody else wrote over it at the same moment; look "
              "at assignments, and try again",
          {entry_that_stands(now)}};
}

/// The file must now be what was planned; else what stands is told, not what was meant.
void check_read_back(const Plan& plan, const Snapshot& after) {
  for (const auto& file : plan.files)
    if (file.path == after.boot.path && file.after != after.boot.file.text)
      throw Failure(code::internal_error, file.path +
                                              " is not what was written: somebody else changed "
                                              "it meanwhile; look at rules, and try again");
  for (const auto& entry : plan.vm_entries) {
    const bool told = after.pool && after.pool->vms.contains(entry.vm);
    if (!told || after.pool->vms.at(entry.vm).pci != entry.after)
      throw told ? overwritten(entry, after.pool->vms.at(entry.vm).pci)
                 : Failure(code::internal_error, "the entry of the VM '" + entry.vm_name +
                                                     "' was written, but could not be read back; "
                                                     "look at assignments");
  }
}

/// What the reply tells of the host as it is now; xapi is asked again only where it was changed.
Facts to_read_back(const Plan& plan) {
  constexpr auto rules = Facts::functions | Facts::boot;
  return plan.vm_entries.empty() ? rules : rules | Facts::names | Facts::pool;
}

/// Is this host all of its pool?
bool is_alone(const Snapshot& snapshot) {
  return snapshot.pool && snapshot.pool->hosts.size() == 1;
}

boost::json::object change(Host& host, const Request& request, const Command& command,
                           const Arguments& arguments) {
  const bool dry_run = arguments.flag("dry-run");
  auto before = ask_pool(host, command.facts, request.caller);
  std::optional<Lock> lock;
  if (!dry_run) {
    require_rights(host, request.caller, before);
    lock.emplace(host);
    if (lock->waited() && before.pool) before = ask_pool(host, command.facts, request.caller);
  }
  read_host(host, command.facts, before);
  const auto decision = command.decide(before, arguments);
  Outcome outcome;
  outcome.dry_run = dry_run;
  if (dry_run) return report_change(decision, outcome, before);
  if (!decision.refusals.empty()) throw refusal(decision.refusals);
  if (decision.plan.empty()) return report_change(decision, outcome, before);

  const auto applied = apply(host, *lock, decision.plan, request.function, request.caller.name,
                             [&](const SetVmEntry& entry) {
                               return set_vm_entry(host, request.caller, entry, is_alone(before));
                             });
  log_change(host, request, decision, applied, before);
  outcome.changed = !decision.plan.files.empty() || !decision.plan.vm_entries.empty();
  outcome.backups = applied.backups;
  outcome.remarks = applied.remarks;
  if (!decision.plan.vm_entries.empty() && !is_alone(before))
    std::this_thread::sleep_for(longest_removal);
  const auto after = probe(host, to_read_back(decision.plan), request.caller);
  check_read_back(decision.plan, after);
  return report_change(decision, outcome, after);
}

}  // namespace

Reply run(Host& host, const Request& request) {
  const Command& command = find_command(request.function);
  const Arguments arguments(command, request);
  if (has(arguments.facts(), Facts::listings)) require_rights_over_pool(host, request.caller);
  Reply reply{{}, &command, arguments.text("format") == "text"};
  reply.json = command.decide
                   ? change(host, request, command, arguments)
                   : command.answer(probe(host, arguments.facts(), request.caller), arguments);
  if (arguments.text("format") == "svg") reply.picture = command.picture(reply.json, arguments);
  return reply;
}

std::string text_of(const Reply& reply) {
  if (!reply.picture.empty()) return reply.picture;
  return reply.as_text ? reply.command->table(reply.json) : ascii_json(reply.json);
}

}  // namespace pci_passthrough
