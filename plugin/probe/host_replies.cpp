#include "plugin/probe/host_replies.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/parse.hpp>

#include "plugin/probe/probe.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;
using std::chrono::steady_clock;

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

std::vector<std::string> not_read(const Question& question) {
  return {code::internal_error, std::string("its answer to ") + question.function +
                                    " is none that this version of the plugin can read"};
}

std::vector<std::string> refs_by_name(const Pool& pool) {
  std::vector<std::string> refs;
  for (const auto& [ref, host] : pool.hosts) refs.push_back(ref);
  std::ranges::stable_sort(refs, {}, [&](const auto& ref) { return pool.hosts.at(ref).name; });
  return refs;
}

}  // namespace

HostReplies::HostReplies(const Host& host, const Caller& caller, const Pool& pool, bool verdicts)
    : host_(host),
      xapi_(host, caller),
      caller_(caller),
      questions_(verdicts ? 3 : 2),
      end_(steady_clock::now() + of_the_pool),
      refs_(refs_by_name(pool)),
      waiting_(host.progress(), how_far()) {
  caller_.session = xapi_.session();
  for (const auto& ref : refs_) tasks_.emplace_back([this, &ref] { return ask(ref); });
  for (std::size_t i = 0; i < std::min(at_once, refs_.size()); ++i)
    asking_.push_back(std::async(std::launch::async, [this] { ask_the_next(); }));
}

HostReplies::~HostReplies() { next_ = tasks_.size(); }

void HostReplies::ask_the_next() {
  for (auto one = next_++; one < tasks_.size(); one = next_++) {
    tasks_[one]();
    ++answered_;
    waiting_.now(how_far());
  }
}

std::string HostReplies::how_far() const {
  return fmt::format("{} of {} hosts answered", answered_.load(), refs_.size());
}

HostReplies::Answers HostReplies::ask(const std::string& ref) const {
  Answers answers;
  const auto left =
      std::chrono::duration_cast<std::chrono::milliseconds>(end_ - steady_clock::now());
  if (left <= 0s)
    return {{},
            Failure(code::xapi_unavailable,
                    "it was not asked: the hosts before it took all of the time")};
  Xapi xapi(host_, caller_, {std::min(of_a_host.call, left), std::min(of_a_host.whole, left)});
  while (!answers.failure && answers.texts.size() < questions_) {
    json::value result;
    answers.failure = xapi.ask_for(result, "host.call_plugin",
                                   {json::string(ref),
                                    "pci-passthrough",
                                    questions[answers.texts.size()].function,
                                    {{"format", "json"}}});
    if (!answers.failure)
      answers.texts.emplace_back(result.is_string() ? std::string_view(result.get_string()) : "");
  }
  return answers;
}

HostReply HostReplies::read(Answers answers) {
  HostReply reply;
  for (std::size_t i = 0; i < answers.texts.size() && reply.answered(); ++i) {
    boost::system::error_code error;
    const auto answer = json::parse(answers.texts[i], error);
    if (error || !answer.is_object() || !questions[i].take(reply, answer.get_object()))
      reply.error = not_read(questions[i]);
  }
  if (reply.answered() && answers.failure) reply.error = error_of(*answers.failure);
  return reply;
}

void HostReplies::for_each(const TakeReply& take) {
  for (std::size_t i = 0; i < refs_.size(); ++i) take(refs_[i], read(tasks_[i].get_future().get()));
}

void probe_replies(const Host& host, const Caller& caller, Snapshot& snapshot) {
  if (!snapshot.pool) return;
  HostReplies(host, caller, *snapshot.pool, true)
      .for_each([&](const std::string& ref, HostReply reply) {
        reply.devices = {};
        snapshot.pool->hosts.at(ref).reply = std::move(reply);
      });
}

}  // namespace pci_passthrough
