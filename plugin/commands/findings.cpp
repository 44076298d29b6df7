#include <algorithm>

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

std::string findings_table(const array& findings) {
  std::string text;
  for (const auto& value : findings) {
    const auto& finding = value.as_object();
    auto severity = member(finding, "severity");
    if (member(finding, "state") == "unknown") severity += "?";
    severity.resize(std::max<std::size_t>(severity.size(), 6), ' ');
    text += severity + " " + member(finding, "code") + "\n" +
            wrapped(member(finding, "message"), "       ");
    if (severity.starts_with("info")) continue;
    text += wrapped("-> " + member(finding, "remedy"), "       ");
    text += wrapped("(" + member(finding, "evidence") + ")", "       ");
  }
  return text;
}

}  // namespace pci_passthrough::reports
