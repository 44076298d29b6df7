#include "plugin/plans/alert.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "plugin/model/json_members.hpp"
#include "plugin/model/sha256.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t longest_body = 4000;

/// The body of the message, and what it is about.
ReplaceMessages message_of(const std::string& host_uuid, const boost::json::object& verified) {
  std::vector<std::string> about;
  std::string body = "This host is unsafe for PCI passthrough. On it: pci-passthrough verify.\n";
  for (const auto& value : verified.at("findings").as_array()) {
    const auto& finding = value.as_object();
    const auto word = [&](std::string_view name) { return members::word(finding, name); };
    const bool is_grave = word("severity") == "block" || word("severity") == "error";
    if (word("state") != "found" || !is_grave) continue;
    about.push_back(fmt::format("{} {} {}", word("code"), word("device"), word("vm")));
    body += fmt::format("{}: {}\n", word("code"), printable(word("message")));
  }
  std::ranges::sort(about);
  body.resize(std::min(body.size(), longest_body));
  return {host_uuid, std::move(body), {}, sha256(joined(about, "\n")) + "\n"};
}

}  // namespace

AlertDecision decide_alert(const std::string& host_uuid, const boost::json::object& verified,
                           const std::string& last, std::vector<std::string> stand) {
  const auto verdict = members::word(verified, "verdict");
  if (verdict == "unknown") return {"unchanged", {}};
  const bool unsafe = verdict == "unsafe", none_stands = stand.empty();
  auto message = unsafe ? message_of(host_uuid, verified) : ReplaceMessages{host_uuid, {}, {}, {}};
  if (message.about == last && (unsafe || none_stands))
    return {last.empty() ? "none" : "unchanged", {}};
  message.stand = std::move(stand);
  const auto word = unsafe        ? (none_stands ? "created" : "renewed")
                    : none_stands ? "none"
                                  : "removed";
  return {word, std::move(message)};
}

}  // namespace pci_passthrough
