#include <algorithm>
#include <atomic>
#include <boost/json/parse.hpp>
#include <future>
#include <span>

#include "plugin/host/xapi.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Timeouts of_a_host{30s, 45s};
constexpr std::chrono::milliseconds of_the_pool = 90s;
/// Each of them asks the coordinator's xapi for the records of the pool, tens of megabytes maybe.
constexpr std::size_t at_once = 16;

struct Question {
  const char* function;
  bool (*take)(HostReply&, const json::object&);
};
constexpr Question questions[] = {
    {"version", take_version}, {"list", take_list}, {"verify", take_verify}};

/// What xapi's codes mean of a host, in words (plugin/probe/README.md, "What xapi's codes mean of a
/// host").
struct Meaning {
  std::string_view code, words;
};
constexpr Meaning meanings[] = {
    {"HOST_OFFLINE", "it is off, or xapi does not reach it"},
    {"CANNOT_CONTACT_HOST", "it is off, or xapi does not reach it"},
    {"XENAPI_MISSING_PLUGIN", "pci-passthrough is not installed there"},
    {"XENAPI_PLUGIN_FAILURE", "the plugin itself failed there; see /var/log/xensource.log"},
    {code::unknown_function, "its pci-passthrough is another version, without this function"},
    {"RBAC_PERMISSION_DENIED", "this session does not hold host.call_plugin"}};

std::vector<std::string> error_of(const Failure& failure) {
  for (const auto& meaning : meanings)
    if (failure.code == meaning.code) return {failure.code, std::string(meaning.words)};
  return {failure.code, failure.sentence};
}

std::optional<Failure> ask(Xapi& xapi, const std::string& ref, const Question& question,
                           HostReply& reply) {
  json::value result;
  if (auto failure = xapi.ask_for(
          result, "host.call_plugin",
          {json::string(ref), "pci-passthrough", question.function, {{"format", "json"}}}))
    return failure;
  boost::system::error_code error;
  const auto answer =
      result.is_string() ? json::parse(result.get_string(), error) : json::value(nullptr);
  const auto* object = answer.if_object();
  if (!error && object && question.take(reply, *object)) return std::nullopt;
  return Failure(code::internal_error, std::string("its answer to ") + question.function +
                                           " is none that this version of the plugin can read");
}

HostReply reply_of(const Host& host, const Caller& caller, const std::string& ref, bool verdicts,
                   std::chrono::milliseconds left) {
  HostReply reply;
  if (left <= 0s) {
    reply.error = {code::xapi_unavailable,
                   "it was not asked: the hosts before it took all of the time"};
    return reply;
  }
  Xapi xapi(host, caller, {std::min(of_a_host.call, left), std::min(of_a_host.whole, left)});
  for (const auto& question : std::span(questions).first(verdicts ? 3 : 2))
    if (const auto failure = ask(xapi, ref, question, reply)) {
      reply.error = error_of(*failure);
      break;
    }
  if (verdicts) reply.devices = {};
  return reply;
}

}  // namespace

void probe_replies(const Host& host, const Caller& caller, bool verdicts, Snapshot& snapshot) {
  if (!snapshot.pool) return;
  Xapi xapi(host, caller);
  auto asking = caller;
  asking.session = xapi.session();
  const auto end = std::chrono::steady_clock::now() + of_the_pool;
  std::vector<std::pair<const std::string, HostRecord>*> hosts;
  for (auto& one : snapshot.pool->hosts) hosts.push_back(&one);
  std::atomic<std::size_t> next = 0;
  const auto ask_the_next = [&] {
    for (std::size_t i = next++; i < hosts.size(); i = next++) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          end - std::chrono::steady_clock::now());
      hosts[i]->second.reply = reply_of(host, asking, hosts[i]->first, verdicts, left);
    }
  };
  std::vector<std::future<void>> asking_now;
  for (std::size_t i = 0; i < std::min(at_once, hosts.size()); ++i)
    asking_now.push_back(std::async(std::launch::async, ask_the_next));
  for (auto& one : asking_now) one.get();
}

}  // namespace pci_passthrough
