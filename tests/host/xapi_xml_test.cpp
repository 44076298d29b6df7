#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <map>

#include "plugin/host/xapi.hpp"
#include "plugin/host/xml_text.hpp"
#include "tests/host/unix_server.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;

constexpr std::string_view xml_fields[] = {"uuid", "name_label", "other_config.pci", "memory",
                                           "on"};

std::string reply_of(const std::string& value) {
  return "<?xml version=\"1.0\"?><methodResponse><params><param><value><struct><member><name>Status"
         "</name><value>Success</value></member><member><name>Value</name><value>" +
         value + "</value></member></struct></value></param></params></methodResponse>";
}

std::string member(const std::string& name, const std::string& value) {
  return "<member><name>" + name + "</name><value>" + value + "</value></member>";
}
std::string structure(const std::string& members) { return "<struct>" + members + "</struct>"; }
std::string record(const std::string& members) {
  return reply_of(structure(member("OpaqueRef:1", structure(members))));
}

/// As 6.2, which has no /jsonrpc, and answers it in one of these ways.
const std::string no_json[] = {
    http_reply("<html>no such thing</html>", "404 Not Found"),
    http_reply("<html>HTTP 403 forbidden</html>", "403 Forbidden"),
    http_reply("<html>HTTP 500 internal server error</html>", "500 Internal Error"),
    http_reply("<?xml version=\"1.0\"?><methodResponse><fault><value/></fault></methodResponse>")};

UnixServer::Answer xml_only(const std::string& body, const std::string& to_json = no_json[0]) {
  return [body, to_json](int fd, const std::string& request) {
    send_text(fd, request.starts_with("POST /jsonrpc ") ? to_json : http_reply(body));
  };
}

Asked xml_records_of(const UnixServer::Answer& answer) {
  const UnixServer server(answer);
  const Host host(server.directory().path());
  Xapi xapi(host, with_session);
  Asked asked;
  const auto failure = xapi.records("VM", xml_fields, [&](std::string_view ref, json::object one) {
    asked.records.emplace(ref, std::move(one));
  });
  if (failure) asked.failure = failure->code + ": " + failure->sentence;
  return asked;
}

std::string only_record(const std::string& body) {
  const auto asked = xml_records_of(xml_only(body));
  return asked.failure.empty() && asked.records.size() == 1
             ? json::serialize(asked.records.begin()->second)
             : asked.failure;
}

const std::string plain =
    record(member("uuid", "u1") + member("name_label", "a &amp; b") + member("memory", "12") +
           member("on", "<boolean>1</boolean>") +
           member("VBDs", "<array><data><value>x</value><value/></data></array>") +
           member("other_config", structure(member("pci", "0/0000:06:00.0"))));
constexpr char plain_record[] = R"({"uuid":"u1","name_label":"a & b","memory":"12","on":true,)"
                                R"("other_config":{"pci":"0/0000:06:00.0"}})";

TEST(XapiXml, IsSpokenWhereThereIsNoJson) {
  for (const auto& answer : no_json) {
    const auto asked = xml_records_of(xml_only(plain, answer));
    EXPECT_EQ(asked.failure, "") << answer;
    ASSERT_EQ(asked.records.size(), 1u) << answer;
    EXPECT_EQ(json::serialize(asked.records.at("OpaqueRef:1")), plain_record);
  }
}

TEST(XapiXml, IsReadByteByByte) {
  const auto asked = xml_records_of([](int fd, const std::string& request) {
    if (request.starts_with("POST /jsonrpc ")) return send_text(fd, no_json[0]), void();
    for (const char c : http_reply(plain)) send_text(fd, {&c, 1});
  });
  ASSERT_EQ(asked.records.size(), 1u) << asked.failure;
  EXPECT_EQ(json::serialize(asked.records.at("OpaqueRef:1")), plain_record);
}

TEST(XapiXml, KeysStandInItAsTheyAre) {
  for (const auto* key : {"a&b", "a<b", "</name>", "<", "&x;", "&amp;", "", "<name>", "a</name> <"})
    EXPECT_EQ(only_record(record(
                  member("other_config", structure(member(key, "1") + member("pci", "0/x"))))),
              R"({"other_config":{"pci":"0/x"}})")
        << key;
}

TEST(XapiXml, ATextsLastCharacterMayStandInItAsItIs) {
  EXPECT_EQ(only_record(record(member("name_label", "a &"))), R"({"name_label":"a &"})");
  EXPECT_EQ(only_record(record(member("name_label", "a <"))), R"({"name_label":"a <"})");
  EXPECT_EQ(only_record(record(member("name_label", "<string> a </string>"))),
            R"({"name_label":" a "})");
}

TEST(XapiXml, ReferencesAreRead) {
  EXPECT_EQ(text_of_xml("&lt;&gt;&quot;&apos;&amp;&#13;&#xe9;&#x20ac;&#x1f600;"),
            "<>\"'&\r\u00e9\u20ac\U0001f600");
  for (const auto* text : {"&", "&;", "&x;", "&#0;", "&#xd800;", "&#99999999;", "&amp", "a && b"})
    EXPECT_EQ(text_of_xml(text), text);
}

TEST(XapiXml, WhatIsNoReplyIsSaid) {
  const std::string failed = "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: VM.get_all_records: xapi ";
  const struct {
    std::string body, why;
  } cases[] = {
      {plain.substr(0, plain.size() - 9), "it ends half way"},
      {plain + "x", "something stands behind it"},
      {record("<x/>"), "<x> stands where it may not"},
      {record("x"), "text stands where only elements may"},
      {record("</value>"), "</value> closes nothing"},
      {reply_of("<array><value>x</value></array>"), "<value> stands where it may not"},
      {reply_of("a<string>b</string>"), "text stands where only elements may"},
      {reply_of("<string>a</string><string>b</string>"), "<string> stands where it may not"},
      {reply_of("<" + std::string(100, 'x')), "a tag has no end"},
      {"<!DOCTYPE x>" + plain, "<!DOCTYPE x> stands where it may not"},
      {"<methodResponse><params><param><value><struct></struct></value></param></params>"
       "</methodResponse>",
       "it has no Status that we know"},
  };
  for (const auto& one : cases) {
    const auto asked = xml_records_of(xml_only(one.body));
    EXPECT_TRUE(asked.failure.starts_with(failed)) << asked.failure;
    EXPECT_NE(asked.failure.find(one.why), std::string::npos) << one.body << "\n" << asked.failure;
  }
  EXPECT_NE(only_record(record("<member><value>x</value></member>")).find("the reply is no JSON"),
            std::string::npos)
      << "a member without a name";
}

TEST(XapiXml, AFailureIsPassedOn) {
  std::string body = reply_of(
      "<array><data><value>UUID_INVALID</value><value>VM</value></data>"
      "</array>");
  body.replace(body.find("Success"), 7, "Failure");
  body.replace(body.find("<name>Value"), 11, "<name>ErrorDescription");
  EXPECT_EQ(xml_records_of(xml_only(body)).failure, "UUID_INVALID: VM");
}

/// What a call gets that is the first, or follows a question.
struct Told {
  std::string failure;
  std::size_t sent = 0;  ///< times that the change was sent, in either form
};
Told change_after(const char* question, UnixServer::Answer answer) {
  const UnixServer server(std::move(answer));
  const Host host(server.directory().path());
  Xapi xapi(host, with_session);
  json::value ignored;
  if (question) xapi.ask_for(ignored, question, {});
  Told told;
  if (const auto failure = xapi.change("VM.add_to_other_config", {"vm", "pci", "x"}))
    told.failure = failure->sentence;
  for (const auto& request : server.requests())
    told.sent += request.find("VM.add_to_other_config") != request.npos;
  return told;
}

TEST(Xapi, NeverSendsAChangeTwice) {
  const auto failing = [](int fd, const std::string& request) {
    const bool is_change = request.find("add_to_other_config") != request.npos;
    send_text(fd, is_change ? no_json[2] : http_reply(R"({"result":"x","error":null,"id":1})"));
  };
  for (const char* question : {static_cast<const char*>(nullptr), "pool.get_all"}) {
    const auto told = change_after(question, failing);
    EXPECT_EQ(told.sent, 1u);
    EXPECT_EQ(told.failure, "VM.add_to_other_config: xapi answered with HTTP status 500");
  }
}

TEST(Xapi, SendsAChangeInTheLanguageOfTheQuestionBeforeIt) {
  const auto told = change_after("pool.get_all", xml_only(reply_of("")));
  EXPECT_EQ(told.sent, 1u);
  EXPECT_EQ(told.failure, "");
}

TEST(Xapi, ThatSpeaksJsonIsNotAskedInXml) {
  std::size_t asked = 0;
  const UnixServer server([&](int fd, const std::string&) {
    send_text(fd, asked++ ? no_json[2] : http_reply(R"({"result":"x","error":null,"id":1})"));
  });
  const Host host(server.directory().path());
  Xapi xapi(host, with_session);
  json::value ignored;
  EXPECT_FALSE(xapi.ask_for(ignored, "pool.get_all", {}));
  EXPECT_TRUE(xapi.ask_for(ignored, "pool.get_all", {}));
  EXPECT_EQ(server.requests().size(), 2u);
}

}  // namespace
}  // namespace pci_passthrough
