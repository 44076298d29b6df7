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

const HostReply& reply_of(const HostRecord& host) {
  static const HostReply not_asked = {
      {code::xapi_unavailable, "it was not asked"}, "", {}, {}, "", {}};
  return host.reply ? *host.reply : not_asked;
}

object pool_head(const Pool& pool) {
  return {
      {"schema", schema}, {"scope", "pool"}, {"pool", {{"uuid", pool.uuid}, {"name", pool.name}}}};
}

array hosts_json(const std::vector<const HostRecord*>& hosts,
                 void (*put)(object&, const HostReply&)) {
  array all;
  for (const auto* host : hosts) {
    const auto& reply = reply_of(*host);
    object one = {{"uuid", host->uuid}, {"name", host->name}};
    if (!reply.plugin_version.empty()) one["plugin_version"] = reply.plugin_version;
    if (reply.answered())
      put(one, reply);
    else
      one["error"] = json::value_from(reply.error);
    all.push_back(std::move(one));
  }
  return all;
}

namespace {

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

object list_of_pool(const Snapshot& snapshot) {
  const auto hosts = hosts_of(snapshot);
  auto reply = pool_head(*snapshot.pool);
  reply["hosts"] = hosts_json(
      hosts, [](object& one, const HostReply& answered) { one["devices"] = answered.devices; });
  return reply;
}

object verify_of_pool(const Snapshot& snapshot) {
  const auto hosts = hosts_of(snapshot);
  const auto findings = judge_pool(*snapshot.pool);
  auto reply = pool_head(*snapshot.pool);
  reply["verdict"] = verdict_of(hosts, findings);
  reply["findings"] = findings_json(findings);
  reply["hosts"] = hosts_json(hosts, [](object& one, const HostReply& answered) {
    one["verdict"] = answered.verdict;
    one["findings"] = answered.findings;
  });
  return reply;
}

std::string unanswered_text(const object& reply) {
  std::string text;
  for (const auto& host : reply.at("hosts").as_array())
    if (host.as_object().contains("error")) text += wrapped(title_of(host.as_object()), "");
  return text;
}

std::string pool_table(const object& reply, std::string (*block)(const object& host)) {
  std::string text;
  for (const auto& value : reply.at("hosts").as_array()) {
    const auto& host = value.as_object();
    const auto* error = host.if_contains("error");
    text += (text.empty() ? "" : "\n") + wrapped("== " + title_of(host), "");
    if (!error) text += block(host);
  }
  return text;
}

}  // namespace pci_passthrough::reports
