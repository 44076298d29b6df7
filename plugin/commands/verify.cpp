#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/assignments.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/pool.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/commands/selected.hpp"
#include "plugin/commands/status.hpp"
#include "plugin/model/text.hpp"
#include "plugin/plans/assign.hpp"

namespace pci_passthrough::reports {
namespace {

/// What concerns this VM, with these devices besides its own where there are any.
std::vector<Finding> about_vm(const Analysis& host, const VmAssignment& assignment,
                              const Arguments& arguments, const Selection& selection) {
  if (!arguments.devices.empty())
    return assign_devices(host, assignment.vm->uuid, selection.devices, {}, arguments.consent)
        .findings;
  check_place(*host.snapshot().pool, *assignment.vm);
  auto findings = judge(host, host.rules().unattended);
  std::erase_if(findings, [&](const auto& finding) { return !bears_on(finding, assignment); });
  return findings;
}

object verify_vm(const Analysis& host, const Arguments& arguments) {
  const auto& [ref, vm] = find_vm(host.snapshot(), *arguments.vm);
  const auto assignment = vm_assignment(*host.snapshot().pool, ref, vm);
  const auto selection = select_devices(host, arguments.devices);
  auto findings = about_vm(host, assignment, arguments, selection);
  object reply = {{"schema", schema}, {"verdict", verdict(findings)}};
  reply["findings"] = findings_json(std::move(findings));
  reply["assignment"] = assignment_json(host, assignment);
  put_selected(reply, selection.parts);
  return reply;
}

std::vector<Finding> about(const Analysis& host, const Arguments& arguments,
                           const Selection& selection) {
  if (arguments.devices.empty()) return judge(host, host.rules().unattended);
  return hide_devices(host, selection.devices, Entries::that_boot, arguments.consent).findings;
}

object verified(const Analysis& host, const Arguments& arguments) {
  if (arguments.of_pool) return verify_of_pool(host.snapshot());
  if (arguments.vm) return verify_vm(host, arguments);
  const auto selection = select_devices(host, arguments.devices);
  auto findings = about(host, arguments, selection);
  object reply = {{"schema", schema}, {"verdict", verdict(findings)}};
  reply["findings"] = findings_json(std::move(findings));
  put_selected(reply, selection.parts);
  put_trial(reply, host);
  return reply;
}

}  // namespace

object verify(const Analysis& host, const Arguments& arguments) {
  auto reply = verified(host, arguments);
  if (arguments.status) reply["status"] = status_of(reply);
  return reply;
}

namespace {

struct Count {
  std::string_view what, one, several;
};
constexpr Count counted[] = {{"block", "block", "blocks"},
                             {"error", "error", "errors"},
                             {"warn", "warning", "warnings"},
                             {"info", "info", "info"},
                             {"unknown", "unknown", "unknown"}};

std::string verdict_table(const object& reply) {
  const auto& findings = reply.at("findings").as_array();
  std::map<std::string, std::size_t, std::less<>> counts;
  for (const auto& value : findings) {
    const auto& finding = value.as_object();
    const bool is_unknown = member(finding, "state") == "unknown";
    ++counts[is_unknown ? "unknown" : member(finding, "severity")];
  }
  std::string text = member(reply, "verdict");
  std::ranges::transform(text, text.begin(),
                         [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  std::vector<std::string> parts;
  for (const auto& [what, one, several] : counted)
    if (const auto found = counts.find(what); found != counts.end())
      parts.push_back(fmt::format("{} {}", found->second, found->second == 1 ? one : several));
  text += (parts.empty() ? "" : ": ") + joined(parts) + "\n";
  if (const auto* assignment = reply.if_contains("assignment"))
    text += "\n" + assignments_text({*assignment});
  return findings_table(findings, std::move(text += findings.empty() ? "" : "\n"));
}

std::string notified_text(const object& reply) {
  const auto notified = member(reply, "notified");
  return notified.empty() ? "" : fmt::format("\nxapi's message on this host: {}.\n", notified);
}

}  // namespace

std::string verify_table(const object& reply) {
  if (const auto* status = reply.if_contains("status"))
    return member(status->as_object(), "line") + "\n";
  if (!reply.contains("hosts"))
    return selected_text(reply) + verdict_table(reply) + notified_text(reply);
  auto text = verdict_table(reply);
  for (const auto& value : reply.at("hosts").as_array()) {
    const auto& host = value.as_object();
    text += "\n" + host_heading(host) + (host.contains("error") ? "" : verdict_table(host));
  }
  return text;
}

}  // namespace pci_passthrough::reports
