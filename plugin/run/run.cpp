#include "plugin/run/run.hpp"

#include <memory>
#include <optional>
#include <thread>

#include "plugin/host/apply.hpp"
#include "plugin/host/backups.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/log.hpp"
#include "plugin/host/vm_entries.hpp"
#include "plugin/host/vm_fields.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/json_writer.hpp"
#include "plugin/plans/trial.hpp"
#include "plugin/probe/probe.hpp"
#include "plugin/run/ask_pool.hpp"
#include "plugin/run/auto_trial.hpp"
#include "plugin/run/change_log.hpp"
#include "plugin/run/notify.hpp"
#include "plugin/run/read_back.hpp"
#include "plugin/run/refusal.hpp"
#include "plugin/run/rights.hpp"
#include "plugin/run/take.hpp"

namespace pci_passthrough {
namespace {

RemovalLimit removal_limit(const Snapshot& snapshot) {
  const bool is_alone = snapshot.pool && snapshot.pool->hosts.size() == 1;
  return is_alone ? std::nullopt : RemovalLimit(longest_removal);
}

/// All that is read before the lock.
Snapshot read_before_lock(Host& host, const Arguments& arguments, const Caller& caller) {
  Snapshot snapshot;
  probe(host, arguments.scope, caller, Moment::before_lock, snapshot);
  if (arguments.now)
    probe_live_use(host, caller, select_devices(snapshot, arguments.devices).devices, snapshot);
  return snapshot;
}

void read_under_lock(Host& host, const Arguments& arguments, const Caller& caller,
                     Snapshot& snapshot) {
  probe(host, arguments.scope, caller, Moment::under_lock, snapshot);
  if (arguments.backup) read_content(host, *arguments.backup, snapshot.backups.change());
}

/// Where nobody changed anything so far, a call that comes to nothing leaves nothing either, not
/// even the lock's directory.
void rehearse(Host& host, const Command& command, const Arguments& arguments, const Caller& caller,
              Snapshot snapshot) {
  if (!host.is_absent(state_directory)) return;
  read_under_lock(host, arguments, caller, snapshot);
  const auto decision = command.decide(std::move(snapshot), arguments);
  if (!decision.refusals.empty()) throw refusal(decision.refusals);
}

/// What is read before the lock is read anew only where the lock had to be waited for.
Snapshot read_for_change(Host& host, const Command& command, const Arguments& arguments,
                         const Caller& caller, std::optional<Lock>& lock) {
  auto snapshot = read_before_lock(host, arguments, caller);
  if (!arguments.dry_run) {
    require_rights(host, caller, snapshot);
    rehearse(host, command, arguments, caller, snapshot);
    lock.emplace(host);
    if (lock->waited()) snapshot = read_before_lock(host, arguments, caller);
  }
  read_under_lock(host, arguments, caller, snapshot);
  return snapshot;
}

boost::json::object change(Host& host, const Request& request, const Command& command,
                           const Arguments& arguments) {
  std::optional<Lock> lock;
  const auto& caller = request.caller;
  const Analysis before = read_for_change(host, command, arguments, caller, lock);
  auto decision = command.decide(before, arguments);
  if (!command.ends_trial) refuse_on_trial(decision);
  Outcome outcome;
  outcome.dry_run = arguments.dry_run;
  if (arguments.dry_run) return report_change(decision, outcome, before);
  if (!decision.refusals.empty()) throw refusal(decision.refusals);
  const auto& plan = decision.plan;
  if (plan.empty()) return report_change(decision, outcome, before);

  const auto limit = removal_limit(before.snapshot());
  const auto applied =
      apply(host, *lock, plan, request.function, caller.name,
            [&](const SetVmField& field) { return set_vm_field(host, caller, field, limit); });
  log_change(host, request, decision, applied);
  outcome.changed = !plan.files.empty() || !plan.vm_fields.empty() || plan.mark;
  outcome.backups = applied.backups;
  outcome.notices = applied.notices;
  if (!plan.vm_fields.empty() && limit) std::this_thread::sleep_for(*limit);
  auto now = decision.after.read_again(
      read_back(host, to_read_back(plan), caller, decision.after.snapshot()));
  check_read_back(plan, now.snapshot());
  if (!plan.takes.empty()) {
    outcome.taken = take(host, request, plan);
    outcome.changed = true;
    now = now.read_again(read_back(host, ProbeScope::none, caller, now.snapshot()));
  }
  return report_change(decision, outcome, now);
}

}  // namespace

Reply run(Host& host, const Request& request) {
  const Command& command = find_command(request.function);
  const auto arguments = read_arguments(command, request);
  if (arguments.of_pool) require_rights_over_pool(host, request.caller);
  Reply reply{{}, &command, {}, arguments};
  if (command.decide) {
    reply.json =
        arguments.wait ? await_trial(host, request) : change(host, request, command, arguments);
    return reply;
  }
  const Analysis analysis(probe(host, arguments.scope, request.caller));
  if (arguments.of_pool && command.write_pool) {
    auto write = command.write_pool(analysis, arguments, request.terminal);
    reply.write = ask_pool(host, request.caller, *analysis.snapshot().pool, std::move(write));
    return reply;
  }
  if (command.write) {
    reply.write = command.write(analysis, arguments, request.terminal);
    return reply;
  }
  reply.json = command.answer(analysis, arguments);
  if (const auto* left_out = reply.json.if_contains("left_out"))
    for (const auto& sentence : left_out->as_array()) log_line(std::string(sentence.as_string()));
  if (arguments.notify)
    reply.json["notified"] = notify(host, request.caller, analysis.snapshot(), reply.json);
  if (arguments.format == Format::text && command.text)
    reply.text = command.text(analysis, reply.json, arguments, request.terminal);
  return reply;
}

void write_to(const Output& output, const Reply& reply) {
  if (reply.write) return reply.write(output);
  switch (reply.arguments.format) {
    case Format::text:
      return output(reply.command->text ? reply.text : reply.command->table(reply.json));
    case Format::svg:
      return output(reply.command->picture(reply.json, reply.arguments));
    case Format::json:
      return write_json(reply.json, output);
  }
}

std::string rendered(const Reply& reply) {
  std::string text;
  write_to([&](std::string_view piece) { text += piece; }, reply);
  return text;
}

}  // namespace pci_passthrough
