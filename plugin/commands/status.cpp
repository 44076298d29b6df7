#include "plugin/commands/status.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>
#include <vector>

#include "plugin/commands/layout.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough::reports {
namespace {

namespace json = boost::json;

constexpr std::string_view words[] = {"OK", "WARNING", "CRITICAL", "UNKNOWN"};

bool is_info(const json::object& finding) { return member(finding, "severity") == "info"; }

/// Is it what the status is for, or less?
bool bears(const json::object& finding, Status status) {
  const bool is_warning = member(finding, "severity") == "warn";
  const bool is_unknown = member(finding, "state") == "unknown";
  if (is_info(finding)) return false;
  if (status == Status::unsafe) return !is_warning && !is_unknown;
  return status == Status::unknown ? !is_warning && is_unknown : true;
}

void add(const json::array& findings, const std::string& host, Status status,
         std::vector<std::string>& what) {
  for (const auto& value : findings) {
    const auto& finding = value.as_object();
    if (!bears(finding, status)) continue;
    auto one = host + member(finding, "code");
    for (const auto* whom : {"device", "vm"})
      if (const auto text = member(finding, whom); !text.empty()) one += " " + text;
    if (std::ranges::count(what, one) == 0) what.push_back(std::move(one));
  }
}

std::vector<std::string> what_bears(const json::object& reply, Status status) {
  std::vector<std::string> what;
  add(reply.at("findings").as_array(), "", status, what);
  if (const auto* hosts = reply.if_contains("hosts"))
    for (const auto& value : hosts->as_array()) {
      const auto& host = value.as_object();
      const auto name = member(host, "name");
      if (const auto* findings = host.if_contains("findings"))
        add(findings->as_array(), name + ": ", status, what);
      else if (status == Status::unknown)
        what.push_back(
            fmt::format("{}: {}", name, std::string_view(host.at("error").at(0).as_string())));
    }
  return what;
}

}  // namespace

std::string status_line(Status status, std::string_view what) {
  constexpr std::size_t most = 400;
  auto line =
      fmt::format("pci-passthrough {}: {}", words[static_cast<int>(status)], printable(what));
  std::ranges::replace(line, '|', '/');
  if (line.size() > most) line = line.substr(0, most) + "...";
  return line;
}

json::object status_of(const json::object& reply) {
  const auto verdict = member(reply, "verdict");
  auto status = verdict == "unsafe" ? Status::unsafe
                : verdict == "safe" ? Status::warnings
                                    : Status::unknown;
  const auto what = what_bears(reply, status);
  if (status == Status::warnings && what.empty()) status = Status::safe;
  const auto all = joined(what);
  const auto line = what.empty()                ? verdict
                    : status == Status::unknown ? all
                                                : fmt::format("{}: {}", verdict, all);
  return {{"code", static_cast<int>(status)}, {"line", status_line(status, line)}};
}

}  // namespace pci_passthrough::reports
