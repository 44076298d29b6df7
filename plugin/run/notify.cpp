#include "plugin/run/notify.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/array.hpp>

#include "plugin/host/alert.hpp"
#include "plugin/host/lock.hpp"
#include "plugin/host/messages.hpp"
#include "plugin/model/json_members.hpp"
#include "plugin/model/sha256.hpp"
#include "plugin/model/text.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

struct Alert {
  std::string about;  ///< of what it tells, whatever the words
  std::string body;
};

Alert alert_of(const json::object& verified) {
  constexpr std::size_t most = 4000;
  std::vector<std::string> about;
  Alert alert{"", "This host is unsafe for PCI passthrough. On it: pci-passthrough verify.\n"};
  for (const auto& value : verified.at("findings").as_array()) {
    const auto& finding = value.as_object();
    const auto severity = members::word(finding, "severity");
    if (members::word(finding, "state") != "found" || (severity != "block" && severity != "error"))
      continue;
    about.push_back(fmt::format("{} {} {}", members::word(finding, "code"),
                                members::word(finding, "device"), members::word(finding, "vm")));
    alert.body += fmt::format("{}: {}\n", members::word(finding, "code"),
                              printable(members::word(finding, "message")));
  }
  std::ranges::sort(about);
  alert.about = sha256(joined(about, "\n")) + "\n";
  alert.body.resize(std::min(alert.body.size(), most));
  return alert;
}

std::string this_host_of(const Snapshot& snapshot) {
  if (!snapshot.pool || snapshot.pool->this_host.empty())
    throw Failure(code::xapi_unavailable,
                  fmt::format("no message can be put on this host: {}",
                              snapshot.pool ? "xapi knows no host of its uuid"
                                            : why_vms_are_unknown(snapshot)));
  return snapshot.host.uuid;
}

}  // namespace

std::string_view notify(const Host& host, const Caller& caller, const Snapshot& snapshot,
                        const json::object& verified) {
  if (!caller.at_shell)
    throw Failure(code::not_permitted,
                  "not permitted: notify=true is for root at a shell on the host");
  const auto uuid = this_host_of(snapshot);
  const auto verdict = members::word(verified, "verdict");
  if (verdict == "unknown") return "unchanged";
  const Lock lock(host);
  Xapi xapi(host, caller);
  const auto ours = messages_of(xapi, uuid);
  const auto last = last_alert(host);
  const auto alert = verdict == "unsafe" ? alert_of(verified) : Alert();
  if (alert.about == last && (verdict == "unsafe" || ours.empty()))
    return last.empty() ? "none" : "unchanged";
  if (verdict == "unsafe") create_message(xapi, uuid, alert.body);
  for (const auto& message : ours) destroy_message(xapi, message);
  keep_alert(lock, alert.about);
  if (verdict != "unsafe") return ours.empty() ? "none" : "removed";
  return ours.empty() ? "created" : "renewed";
}

}  // namespace pci_passthrough
