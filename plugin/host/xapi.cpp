#include "plugin/host/xapi.hpp"

#include <fcntl.h>

#include <algorithm>
#include <utility>

#include "plugin/host/progress.hpp"
#include "plugin/host/recording.hpp"
#include "plugin/host/xml_reply.hpp"
#include "plugin/host/xml_rpc.hpp"
#include "plugin/model/text.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using std::chrono::milliseconds;

constexpr const char* sockets[] = {"/var/lib/xcp/xapi", "/var/xapi/xapi"};
constexpr std::size_t longest_socket = 107;
constexpr char no_records[] = "answered with something else than records";
constexpr unsigned ok = 200, not_found = 404;

Failure unavailable(const std::string& sentence) { return {code::xapi_unavailable, sentence}; }
Failure failure_of(const std::vector<std::string>& error) {
  if (error.front().starts_with("SESSION_"))
    return unavailable("xapi no longer knows the session of this call (" + error.front() +
                       "); log in anew, and try again");
  if (error.size() == 1) return {error.front(), "xapi says so, and no more"};
  return {error.front(), error[1], {error.begin() + 2, error.end()}};
}

/// Where there is no /jsonrpc. xapi takes the longest path that it knows, on 6.2 "/json", whose
/// reader finds no XML and answers 200 with a fault, in XML, or 500 (http_svr.ml; api_server.ml
/// `callback`); nothing has been done then.
constexpr unsigned without_json[] = {403, 404, 500};

}  // namespace

Xapi::Xapi(const Host& host, const Caller& caller, Timeouts timeouts)
    : host_(host), timeouts_(timeouts), session_(caller.session) {
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
  ReplyReader ignored;
  ask({"session.logout", {json::string(session_)}}, ignored);
}

std::string Xapi::absence() const {
  return std::string("xapi does not run here: there is no socket ") + sockets[0];
}

milliseconds Xapi::time_left() const {
  const auto spent =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - begun_);
  return std::min(timeouts_.call, timeouts_.whole - spent);
}

HttpRequest Xapi::json_request(const Method& method) const {
  const json::object call = {
      {"jsonrpc", "1.0"}, {"method", method.name}, {"params", method.parameters}, {"id", 1}};
  return {"/jsonrpc", "application/json", ascii_json(call)};
}

HttpAnswer Xapi::post_json(const Method& method, ReplyReader& reader) {
  bool has_begun = false, is_xml = false;
  const auto take = [&](std::string_view piece) {
    if (!std::exchange(has_begun, true)) is_xml = piece.starts_with('<');
    return !is_xml && reader.feed(piece);
  };
  const auto sent = sent_.extract(std::string(method.name));
  auto answer = sent ? sent.mapped()(time_left(), take)
                     : post(socket_, json_request(method), time_left(), take);
  if (is_xml) answer.status = not_found;
  return answer;
}

HttpAnswer Xapi::post_xml(const Method& method, ReplyReader& reader) {
  XmlReply reply(reader);
  auto answer = post(socket_, {"/", "text/xml", write_method_call(method.name, method.parameters)},
                     time_left(), [&](std::string_view piece) { return reply.feed(piece); });
  const bool is_whole = answer.status == ok && answer.error.empty() && reader.parse_error().empty();
  if (is_whole && !reply.finish()) answer.error = "answered illegibly: " + reply.parse_error();
  return answer;
}

HttpAnswer Xapi::post_either(const Method& method, ReplyReader& reader) {
  if (language_ == Language::xml) return post_xml(method, reader);
  auto answer = post_json(method, reader);
  if (language_ == Language::json || !answer.error.empty()) return answer;
  language_ = answer.status == ok ? Language::json : Language::unknown;
  if (!method.is_question || std::ranges::count(without_json, answer.status) == 0) return answer;
  answer = post_xml(method, reader);
  if (answer.status == ok) language_ = Language::xml;
  return answer;
}

std::optional<Failure> Xapi::ask(const Method& method, ReplyReader& reader) {
  if (socket_.empty())
    return recorded_ ? read_recorded(method.name, reader) : unavailable(absence());
  if (time_left() <= milliseconds(0))
    return unavailable("xapi takes too long: the time for all that is asked of it is over");
  const Waiting waiting(host_.progress(), "Waiting for xapi");
  const auto answer = post_either(method, reader);
  const auto about = std::string(method.name) + ": xapi ";
  if (!answer.error.empty()) return unavailable(about + answer.error);
  if (answer.status != ok)
    return unavailable(about + "answered with HTTP status " + std::to_string(answer.status));
  if (!reader.finish() || !reader.parse_error().empty())
    return unavailable(about + "cannot be read: " + reader.parse_error());
  if (const auto error = reader.error()) return failure_of(*error);
  if (reader.lacks_records()) return unavailable(about + no_records);
  return std::nullopt;
}

std::optional<Failure> Xapi::read_recorded(std::string_view method, ReplyReader& reader) const {
  reader.feed("{\"result\":");
  if (host_.read_in_pieces(std::string(recorded_xapi) + std::string(method),
                           [&](std::string_view piece) { return reader.feed(piece); }) != 0)
    return unavailable(std::string(method) + " was not recorded");
  const auto about = "the recorded " + std::string(method) + " ";
  const bool is_whole = reader.feed("}") && reader.finish();
  if (!is_whole) return unavailable(about + "cannot be read: " + reader.parse_error());
  return reader.lacks_records() ? std::optional(unavailable(about + no_records)) : std::nullopt;
}

std::optional<Failure> Xapi::begin_session() {
  if (!session_.empty() || socket_.empty()) return std::nullopt;
  ReplyReader reader;
  if (auto failure = ask({"session.login_with_password", {"root", ""}}, reader)) return failure;
  const auto* ref = reader.result().if_string();
  if (!ref) return unavailable("xapi gave no session");
  session_ = *ref;
  own_session_ = true;
  return std::nullopt;
}

const std::string& Xapi::session() {
  if (auto failure = begin_session()) throw Failure(*failure);
  return session_;
}

std::optional<Failure> Xapi::ask_with_session(std::string_view name, json::array parameters,
                                              ReplyReader& reader, bool is_question) {
  if (auto failure = begin_session()) return failure;
  parameters.insert(parameters.begin(), json::string(session_));
  return ask({name, parameters, is_question}, reader);
}

std::optional<Failure> Xapi::ask_for(json::value& result, std::string_view method,
                                     json::array parameters, bool is_question) {
  ReplyReader reader;
  auto failure = ask_with_session(method, std::move(parameters), reader, is_question);
  if (!failure) result = std::move(reader.result());
  return failure;
}

std::optional<Failure> Xapi::change(std::string_view method, json::array parameters,
                                    json::value* result) {
  json::value ignored;
  return ask_for(result ? *result : ignored, method, std::move(parameters), false);
}

json::value Xapi::call(std::string_view method, json::array parameters) {
  json::value result;
  if (auto failure = ask_for(result, method, std::move(parameters))) throw Failure(*failure);
  return result;
}

void Xapi::ask_ahead(std::span<const std::string_view> classes) {
  if (session_.empty() || socket_.empty() || language_ != Language::json) return;
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
