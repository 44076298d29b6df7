#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "plugin/commands/layout.hpp"
#include "plugin/commands/reports.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {

namespace {

object call_json(const Remedy& remedy) {
  object arguments;
  for (const auto& [name, value] : remedy.arguments) arguments[name] = value;
  return {{"function", remedy.function}, {"arguments", std::move(arguments)}};
}

object finding_json(const Finding& finding) {
  constexpr std::size_t members = 9;
  object one;
  one.reserve(members);
  one["code"] = finding.code;
  one["severity"] = name_of(finding.severity);
  one["state"] = name_of(finding.state);
  one["device"] = finding.device ? boost::json::value(finding.device->text()) : nullptr;
  one["vm"] = finding.vm.empty() ? boost::json::value(nullptr) : boost::json::value(finding.vm);
  one["message"] = finding.message;
  one["evidence"] = finding.evidence;
  one["remedy"] = finding.remedy.sentence.empty() ? boost::json::value(nullptr)
                                                  : boost::json::value(finding.remedy.sentence);
  if (!finding.remedy.function.empty()) one["remedy_call"] = call_json(finding.remedy);
  return one;
}

}  // namespace

array findings_json(std::vector<Finding> findings) {
  array all;
  all.reserve(findings.size());
  for (auto& finding : findings) all.push_back(finding_json(std::exchange(finding, {})));
  return all;
}

namespace {

/// Warnings about devices that are unknown, in a line or two: the codes, and of which
/// devices.
std::string unknowns(const std::vector<const object*>& findings) {
  std::vector<std::string> codes, devices;
  std::set<std::string> seen;
  const auto add = [&](std::vector<std::string>& texts, std::string text) {
    if (!text.empty() && seen.insert(text).second) texts.push_back(std::move(text));
  };
  for (const auto* finding : findings) {
    add(codes, member(*finding, "code"));
    add(devices, member(*finding, "device"));
  }
  if (codes.empty()) return "";
  return wrapped(fmt::format("Unknown, and why is in the JSON reply: {} of {}.", joined(codes),
                             joined(devices)),
                 "");
}

}  // namespace

/// One heading for all that one check says; what to do once, below those that it is the same of.
std::string findings_table(const array& findings, std::string text) {
  constexpr char indent[] = "       ";
  std::string heading, remedy;
  std::vector<const object*> unknown;
  for (const auto& value : findings) {
    const auto& finding = value.as_object();
    auto severity = member(finding, "severity");
    const bool is_grave = severity == "block" || severity == "error";
    if (member(finding, "state") == "unknown") {
      if (!is_grave && finding.at("device").is_string()) {
        unknown.push_back(&finding);
        continue;
      }
      severity += "?";
    }
    const bool is_info = severity == "info";
    severity.resize(std::max<std::size_t>(severity.size(), 6), ' ');
    const auto own_heading = severity + " " + member(finding, "code") + "\n";
    const auto what_to_do = member(finding, "remedy");
    const auto own_remedy =
        is_info || what_to_do.empty() ? "" : wrapped("-> " + what_to_do, indent);
    if (own_heading != heading || own_remedy != remedy) text += std::exchange(remedy, own_remedy);
    if (own_heading != heading) text += heading = own_heading;
    const auto evidence = is_info ? "" : " (" + member(finding, "evidence") + ")";
    text += wrapped(member(finding, "message") + evidence, indent);
  }
  text += remedy;
  return std::move(text += unknowns(unknown));
}

}  // namespace pci_passthrough::reports
