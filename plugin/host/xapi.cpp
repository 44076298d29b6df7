#include "plugin/host/xapi.hpp"

#include <fcntl.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "plugin/host/recording.hpp"
#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr const char* sockets[] = {"/var/lib/xcp/xapi", "/var/xapi/xapi"};
constexpr std::size_t longest_socket = 107;
constexpr std::size_t largest_xml = 8 << 20;
constexpr unsigned ok = 200;

Failure unavailable(const std::string& sentence) { return {code::xapi_unavailable, sentence}; }

/// xapi's own error, as it is.
Failure failure_of(const std::vector<std::string>& error) {
  if (error.front().starts_with("SESSION_"))
    return unavailable("xapi no longer knows the session of this call (" + error.front() +
                       "); log in anew, and try again");
  if (error.size() == 1) return {error.front(), "xapi says so, and no more"};
  return {error.front(), error[1], {error.begin() + 2, error.end()}};
}

/// {Status, Value} as JSON-RPC would have it.
std::string as_json_reply(const json::value& reply) {
  const auto* object = reply.if_object();
  const auto member = [&](const char* name) {
    const auto* value = object ? object->if_contains(name) : nullptr;
    return value ? *value : json::value(nullptr);
  };
  if (member("Status") == "Success")
    return json::serialize(json::object{{"result", member("Value")}, {"error", nullptr}});
  const auto error = member("ErrorDescription");
  return json::serialize(json::object{
      {"result", nullptr},
      {"error", error.is_array() ? error
                                 : json::array{code::xapi_unavailable,
                                               "xapi's reply has no Status that we know"}}});
}

}  // namespace

Xapi::Xapi(const Host& host, const Caller& caller, Patience patience)
    : host_(host), patience_(patience), session_(caller.session) {
  for (const auto* path : sockets) {
    const auto resolved = host.resolve(path);
    if (!resolved || !host.is_socket(*resolved)) continue;
    socket_ = host.outside(*resolved);
    if (socket_.size() <= longest_socket) break;
    const auto slash = socket_.rfind('/');
    directory_ =
        Descriptor(::open(socket_.substr(0, slash).c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
    socket_ = "/proc/self/fd/" + std::to_string(directory_.get()) + socket_.substr(slash);
    break;
  }
  recorded_ = socket_.empty() && !host.is_live() && host.resolve(recorded_xapi).has_value();
}

Xapi::~Xapi() {
  if (!own_session_) return;
  const json::array parameters = {json::string(session_)};
  ReplyReader ignored;
  ask({"session.logout", parameters}, ignored);
}

std::string Xapi::absence() const {
  return std::string("xapi does not run here: there is no socket ") + sockets[0];
}

milliseconds Xapi::time_left() const {
  const auto spent =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun_);
  return std::min(patience_.call, patience_.whole - spent);
}

HttpRequest Xapi::json_request(const Method& method) const {
  const json::object call = {
      {"jsonrpc", "1.0"}, {"method", method.name}, {"params", method.parameters}, {"id", 1}};
  return {"/jsonrpc", "application/json", ascii_json(call)};
}

HttpAnswer Xapi::post_json(const Method& method, ReplyReader& reader) {
  const auto take = [&](std::string_view piece) { return reader.feed(piece); };
  const auto sent = sent_.extract(std::string(method.name));
  return sent ? sent.mapped()(time_left(), take)
              : post(socket_, json_request(method), time_left(), take);
}

HttpAnswer Xapi::post_xml(const Method& method, ReplyReader& reader) {
  std::string document;
  auto answer = post(socket_, {"/", "text/xml", write_method_call(method.name, method.parameters)},
                     time_left(), [&](std::string_view piece) {
                       document += piece;
                       return document.size() <= largest_xml;
                     });
  if (document.size() > largest_xml) answer.trouble = "answered with more than 8 MB of XML";
  if (answer.status != ok || !answer.trouble.empty()) return answer;
  std::string broken;
  const auto reply = read_method_response(document, &broken);
  if (broken.empty())
    reader.feed(as_json_reply(reply));
  else
    answer.trouble = "answered what cannot be read: " + broken;
  return answer;
}

std::optional<Failure> Xapi::ask(const Method& method, ReplyReader& reader) {
  if (socket_.empty())
    return recorded_ ? read_recorded(method.name, reader) : unavailable(absence());
  if (time_left() <= milliseconds(0))
    return unavailable("xapi takes too long: the time for all that is asked of it is over");
  auto answer = xml_ ? post_xml(method, reader) : post_json(method, reader);
  if (!xml_ && answer.trouble.empty() && answer.status != ok) {
    answer = post_xml(method, reader);
    xml_ = answer.status == ok;
  }
  const auto about = std::string(method.name) + ": xapi ";
  if (!answer.trouble.empty()) return unavailable(about + answer.trouble);
  if (answer.status != ok)
    return unavailable(about + "answered with HTTP status " + std::to_string(answer.status));
  if (!reader.finish() || !reader.trouble().empty())
    return unavailable(about + "cannot be read: " + reader.trouble());
  if (const auto error = reader.error()) return failure_of(*error);
  return std::nullopt;
}

std::optional<Failure> Xapi::read_recorded(std::string_view method, ReplyReader& reader) const {
  const auto text = host_.read(std::string(recorded_xapi) + std::string(method), largest_reply);
  if (!text) return unavailable(std::string(method) + " was not recorded");
  if (reader.feed("{\"result\":") && reader.feed(text.value) && reader.feed("}") && reader.finish())
    return std::nullopt;
  return unavailable("the recorded " + std::string(method) +
                     " cannot be read: " + reader.trouble());
}

std::optional<Failure> Xapi::begin_session() {
  ReplyReader reader;
  if (auto failure = ask({"session.login_with_password", {"root", ""}}, reader)) return failure;
  const auto* ref = reader.result().if_string();
  if (!ref) return unavailable("xapi gave no session");
  session_ = *ref;
  own_session_ = true;
  return std::nullopt;
}

const std::string& Xapi::session() {
  if (session_.empty() && !socket_.empty())
    if (auto failure = begin_session()) throw Failure(*failure);
  return session_;
}

std::optional<Failure> Xapi::ask_with_session(std::string_view name, json::array parameters,
                                              ReplyReader& reader) {
  if (session_.empty() && !socket_.empty())
    if (auto failure = begin_session()) return failure;
  parameters.insert(parameters.begin(), json::string(session_));
  return ask({name, parameters}, reader);
}

std::optional<Failure> Xapi::ask_for(json::value& result, std::string_view method,
                                     json::array parameters) {
  ReplyReader reader;
  auto failure = ask_with_session(method, std::move(parameters), reader);
  if (!failure) result = std::move(reader.result());
  return failure;
}

json::value Xapi::call(std::string_view method, json::array parameters) {
  json::value result;
  if (auto failure = ask_for(result, method, std::move(parameters))) throw Failure(*failure);
  return result;
}

void Xapi::ask_ahead(std::span<const std::string_view> classes) {
  if (session_.empty() || socket_.empty() || xml_) return;
  for (const auto name : classes) {
    const auto method = std::string(name) + ".get_all_records";
    sent_[method] = send(socket_, json_request({method, {json::string(session_)}}), time_left());
  }
}

std::optional<Failure> Xapi::records(std::string_view name, Fields fields, const EachRecord& each,
                                     std::string_view where) {
  ReplyReader reader(fields, each);
  const auto method = std::string(name) + ".get_all_records";
  if (where.empty()) return ask_with_session(method, {}, reader);
  return ask_with_session(method + "_where", {json::string(where)}, reader);
}

}  // namespace pci_passthrough
