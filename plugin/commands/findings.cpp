#include <algorithm>
#include <utility>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"

namespace pci_passthrough::reports {

array findings_json(std::span<const Finding> findings) {
  array all;
  for (const auto& finding : findings) {
    object one = {{"code", finding.code},
                  {"severity", name_of(finding.severity)},
                  {"state", name_of(finding.state)}};
    one["device"] = finding.device ? boost::json::value(finding.device->text()) : nullptr;
    one["vm"] = finding.vm.empty() ? boost::json::value(nullptr) : boost::json::value(finding.vm);
    one["message"] = finding.message;
    one["evidence"] = finding.evidence;
    one["remedy"] = finding.remedy;
    all.push_back(std::move(one));
  }
  return all;
}

/// One heading for all that one check says; what to do once, below.
std::string findings_table(const array& findings) {
  constexpr char indent[] = "       ";
  std::string text, heading, remedy;
  for (const auto& value : findings) {
    const auto& finding = value.as_object();
    auto severity = member(finding, "severity");
    const bool is_info = severity == "info";
    if (member(finding, "state") == "unknown") severity += "?";
    severity.resize(std::max<std::size_t>(severity.size(), 6), ' ');
    const auto own_heading = severity + " " + member(finding, "code") + "\n";
    if (own_heading != heading) text += std::exchange(remedy, "") + (heading = own_heading);
    const auto evidence = is_info ? "" : " (" + member(finding, "evidence") + ")";
    text += wrapped(member(finding, "message") + evidence, indent);
    if (!is_info) remedy = wrapped("-> " + member(finding, "remedy"), indent);
  }
  return text + remedy;
}

}  // namespace pci_passthrough::reports
