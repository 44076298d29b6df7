#include "plugin/commands/pool.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/value_from.hpp>

#include "plugin/checks/catalogue.hpp"
#include "plugin/commands/layout.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/vms.hpp"

namespace pci_passthrough::reports {

namespace json = boost::json;

std::vector<const HostRecord*> hosts_of(const Snapshot& snapshot) {
  if (!snapshot.pool)
    throw Failure(code::xapi_unavailable,
                  "Unknown which hosts the pool has: " + why_vms_are_unknown(snapshot));
  std::vector<const HostRecord*> hosts;
  for (const auto& [ref, host] : snapshot.pool->hosts) hosts.push_back(&host);
  std::ranges::stable_sort(hosts, {}, &HostRecord::name);
  return hosts;
}

object pool_head(const Pool& pool) {
  return {
      {"schema", schema}, {"scope", "pool"}, {"pool", {{"uuid", pool.uuid}, {"name", pool.name}}}};
}

object host_json(const HostRecord& host, const HostReply& reply) {
  object one = {{"uuid", host.uuid}, {"name", host.name}};
  if (!reply.plugin_version.empty()) one["plugin_version"] = reply.plugin_version;
  if (!reply.answered()) one["error"] = json::value_from(reply.error);
  object unreadable;
  for (const auto& [source, why] : reply.listing.unreadable) unreadable[source] = why;
  if (!unreadable.empty()) one["unreadable"] = std::move(unreadable);
  return one;
}

namespace {

const HostReply& reply_of(const HostRecord& host) {
  static const HostReply not_asked = {
      {code::xapi_unavailable, "it was not asked"}, "", {}, {}, "", {}};
  return host.reply ? *host.reply : not_asked;
}

std::string_view verdict_of(const std::vector<const HostRecord*>& hosts,
                            const std::vector<Finding>& findings) {
  std::vector<std::string> verdicts = {std::string(verdict(findings))};
  for (const auto* host : hosts)
    verdicts.push_back(reply_of(*host).answered() ? reply_of(*host).verdict : "unknown");
  for (const std::string_view gravest : {"unsafe", "unknown"})
    if (std::ranges::count(verdicts, gravest)) return gravest;
  return "safe";
}

/// "xen1 (0.2.0)", and why it did not answer.
std::string title_of(const object& host) {
  const auto version = member(host, "plugin_version");
  auto title = member(host, "name") + (version.empty() ? "" : fmt::format(" ({})", version));
  if (const auto* error = host.if_contains("error"))
    title += fmt::format(": {}: {}", std::string_view(error->at(0).as_string()),
                         std::string_view(error->at(1).as_string()));
  return title;
}

}  // namespace

object verify_of_pool(const Snapshot& snapshot) {
  const auto hosts = hosts_of(snapshot);
  auto findings = judge_pool(*snapshot.pool);
  auto reply = pool_head(*snapshot.pool);
  reply["verdict"] = verdict_of(hosts, findings);
  reply["findings"] = findings_json(std::move(findings));
  array all;
  for (const auto* host : hosts) {
    const auto& answer = reply_of(*host);
    auto one = host_json(*host, answer);
    if (answer.answered()) {
      one["verdict"] = answer.verdict;
      one["findings"] = answer.findings;
    }
    all.push_back(std::move(one));
  }
  reply["hosts"] = std::move(all);
  return reply;
}

std::string untold_text(const object& reply) {
  std::string text;
  for (const auto& value : reply.at("hosts").as_array()) {
    const auto& host = value.as_object();
    if (host.contains("error")) text += wrapped(title_of(host), "");
    const auto* unreadable = host.if_contains("unreadable");
    if (!unreadable) continue;
    Unreadable unread;
    for (const auto& one : unreadable->as_object()) unread[one.key()] = one.value().as_string();
    text += wrapped(title_of(host) + ": " + words_of_unread(unread), "");
  }
  return text;
}

std::string host_heading(const object& host) { return wrapped("== " + title_of(host), ""); }

}  // namespace pci_passthrough::reports
