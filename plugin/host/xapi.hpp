#pragma once

#include <boost/json/array.hpp>
#include <boost/json/value.hpp>
#include <chrono>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include "plugin/host/host.hpp"
#include "plugin/host/http.hpp"
#include "plugin/host/reply_reader.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/request.hpp"

namespace pci_passthrough {

/// How long xapi may take: for one call, and for all that one command asks.
struct Timeouts {
  std::chrono::milliseconds call{20'000}, whole{45'000};
};

/// xapi, asked over its unix socket below the host's root: /var/lib/xcp/xapi, on 6.2
/// /var/xapi/xapi (plugin/host/README.md, "xapi's socket"). JSON-RPC; where the first question
/// shows that there is none, it is asked again over XML-RPC, and so is everything after it. A
/// recorded host has no socket but the answers to get_all_records, and these are read instead;
/// never on a live host.
///
/// The session is that of the call and is never logged out. Without one the socket itself makes
/// root of whoever may open it: a session is begun for the first question and ended with this
/// object.
class Xapi {
 public:
  Xapi(const Host& host, const Caller& caller, Timeouts timeouts = {});
  ~Xapi();
  Xapi(const Xapi&) = delete;

  /// Is there anybody, or anything recorded, to ask? Else `absence` names the socket.
  bool present() const { return !socket_.empty() || recorded_; }
  std::string absence() const;

  /// Calls with the session as first parameter. Throws Failure: the API's own [CODE, parameters...]
  /// as it is; code::xapi_unavailable where there is no answer, or where the session has ended (a
  /// session's own error code would make XenAPI.py log in and call again).
  boost::json::value call(std::string_view method, boost::json::array parameters = {});

  /// The same, with the failure as the answer.
  std::optional<Failure> ask_for(boost::json::value& result, std::string_view method,
                                 boost::json::array parameters, bool is_question = true);

  /// The same of a call that changes something: never sent twice. Ask something before it, so that
  /// it is known what this xapi speaks.
  std::optional<Failure> change(std::string_view method, boost::json::array parameters,
                                boost::json::value* result = nullptr);

  /// Sends the question for each of these classes, so that records() finds the answers under way:
  /// the wait is one. Over XML-RPC, and before the first call, nothing is sent.
  void ask_ahead(std::span<const std::string_view> classes);

  /// A class of records ("VM"), one by one, with these fields; why it cannot be read. `where`, if
  /// any, is xapi's own language (db_filter_parse.mly): (field "SR"="OpaqueRef:...") or ...
  std::optional<Failure> records(std::string_view name, Fields fields, const EachRecord& each,
                                 std::string_view where = "");

  /// The session of this object, as a parameter; begun where there is none.
  const std::string& session();

 private:
  struct Method {
    std::string_view name;
    const boost::json::array& parameters;
    bool is_question = true;  ///< it may be asked twice
  };
  enum class Language { unknown, json, xml };
  std::optional<Failure> ask(const Method& method, ReplyReader& reader);
  std::optional<Failure> ask_with_session(std::string_view name, boost::json::array parameters,
                                          ReplyReader& reader, bool is_question = true);
  std::optional<Failure> begin_session();
  std::optional<Failure> read_recorded(std::string_view method, ReplyReader& reader) const;
  HttpRequest json_request(const Method& method) const;
  HttpAnswer post_json(const Method& method, ReplyReader& reader);
  HttpAnswer post_xml(const Method& method, ReplyReader& reader);
  HttpAnswer post_either(const Method& method, ReplyReader& reader);
  std::chrono::milliseconds time_left() const;

  const Host& host_;
  Timeouts timeouts_;
  std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
  Descriptor directory_;  ///< of the socket, where its path is too long to be connected to
  std::string socket_, session_;
  std::map<std::string, ReadAnswer> sent_;  ///< by method
  Language language_ = Language::unknown;
  bool own_session_ = false, recorded_ = false;
};

}  // namespace pci_passthrough
