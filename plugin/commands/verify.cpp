#include <algorithm>
#include <map>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/entries.hpp"
#include "plugin/plans/decision.hpp"
#include "plugin/plans/hide.hpp"

namespace pci_passthrough::reports {
namespace {

std::vector<Finding> about(const Snapshot& snapshot, const Arguments& arguments) {
  const auto devices = arguments.addresses("devices");
  if (devices.empty()) return judge(snapshot, unattended_entries(snapshot.boot));
  return hide_devices(snapshot, devices, {}, arguments.caller()).findings;
}

}  // namespace

object verify(const Snapshot& snapshot, const Arguments& arguments) {
  const auto findings = about(snapshot, arguments);
  return {
      {"schema", schema}, {"verdict", verdict(findings)}, {"findings", findings_json(findings)}};
}

std::string verify_table(const object& reply) {
  const auto& findings = reply.at("findings").as_array();
  std::map<std::string, std::size_t> counts;
  for (const auto& finding : findings) ++counts[member(finding.as_object(), "severity")];
  std::string text = member(reply, "verdict");
  std::ranges::transform(text, text.begin(),
                         [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  for (const char* severity : {"block", "error", "warn", "info"})
    if (counts[severity])
      text += std::string(text.find(':') != std::string::npos ? ", " : ": ") +
              std::to_string(counts[severity]) + " " + severity;
  return text + "\n" + (findings.empty() ? "" : "\n") + findings_table(findings);
}

}  // namespace pci_passthrough::reports
