#include <boost/json/parse.hpp>
#include <future>
#include <span>

#include "plugin/host/xapi.hpp"
#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr Patience patience{30s, 45s};

struct Question {
  const char* function;
  bool (*take)(HostReply&, const json::object&);
};
constexpr Question questions[] = {
    {"version", take_version}, {"list", take_list}, {"verify", take_verify}};

/// What xapi's codes mean of a host, in words (xapi-contract.md A1, A6, B5).
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

HostReply reply_of(const Host& host, const Caller& caller, const std::string& ref,
                   std::span<const Question> asked) {
  Xapi xapi(host, caller, patience);
  HostReply reply;
  for (const auto& question : asked)
    if (const auto failure = ask(xapi, ref, question, reply)) {
      reply.error = error_of(*failure);
      break;
    }
  return reply;
}

}  // namespace

void probe_replies(const Host& host, const Caller& caller, bool verdicts, Snapshot& snapshot) {
  if (!snapshot.pool) return;
  Xapi xapi(host, caller);
  auto asking = caller;
  asking.session = xapi.session();
  const auto asked = std::span(questions).first(verdicts ? 3 : 2);
  std::vector<std::pair<HostRecord*, std::future<HostReply>>> replies;
  for (auto& [ref, record] : snapshot.pool->hosts)
    replies.emplace_back(&record, std::async(std::launch::async, reply_of, std::cref(host),
                                             std::cref(asking), std::cref(ref), asked));
  for (auto& [record, reply] : replies) record->reply = reply.get();
}

}  // namespace pci_passthrough
