#include "plugin/host/xapi.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>
#include <fstream>
#include <map>

#include "tests/host/unix_server.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

constexpr std::string_view fields[] = {"uuid", "name_label", "other_config.pci", "memory"};
constexpr Timeouts short_patience{300ms, 1h}, endless_patience{1h, 1h};

UnixServer::Answer always(const std::string& bytes) {
  return [bytes](int fd, const std::string&) { send_text(fd, bytes); };
}

Asked ask_records(const std::string& root, Timeouts timeouts = {}) {
  const Host host(root);
  Xapi xapi(host, with_session, timeouts);
  Asked asked;
  const auto failure = xapi.records("VM", fields, [&](std::string_view ref, json::object record) {
    asked.records.emplace(ref, std::move(record));
  });
  if (failure) asked.failure = failure->code + ": " + failure->sentence;
  return asked;
}

Asked records_of(const UnixServer::Answer& answer, Timeouts timeouts = {}) {
  const UnixServer server(answer);
  return ask_records(server.directory().path(), timeouts);
}

std::string failure_of_call(const std::string& body) {
  const UnixServer server(always(http_reply(body)));
  const Host host(server.directory().path());
  return failure_of([&] { Xapi(host, with_session).call("VM.get_by_uuid", {"x"}); });
}

constexpr char two_vms[] =
    R"({"result":{"OpaqueRef:1":{"uuid":"u1","name_label":"a","unknown":{"name_label":["x",{"uuid":1}]},)"
    R"("other_config":{"pci":"0/0000:06:00.0","mac_seed":"1","x&<>\"</name>":"{}"},"memory":-1.5},)"
    R"("OpaqueRef:2":{"uuid":"u2"}},"error":null,"id":1})";

void expect_two_vms(const Asked& asked) {
  EXPECT_EQ(asked.failure, "");
  ASSERT_EQ(asked.records.size(), 2u);
  EXPECT_EQ(
      json::serialize(asked.records.at("OpaqueRef:1")),
      R"({"uuid":"u1","name_label":"a","other_config":{"pci":"0/0000:06:00.0"},"memory":-1.5E0})");
  EXPECT_EQ(json::serialize(asked.records.at("OpaqueRef:2")), R"({"uuid":"u2"})");
}

TEST(Xapi, KeepsTheFieldsThatAreAskedForAndNoOthers) {
  expect_two_vms(records_of(always(http_reply(two_vms))));
}

TEST(Xapi, ReadsAReplyByteByByte) {
  expect_two_vms(records_of([](int fd, const std::string&) {
    for (const char c : http_reply(two_vms)) send_text(fd, {&c, 1});
  }));
}

TEST(Xapi, ReadsVersionTwoAndAReplyWithoutALength) {
  std::string body = two_vms;
  body.replace(body.find("\"error\":null"), 12, "\"jsonrpc\":\"2.0\"");
  expect_two_vms(records_of(always("HTTP/1.0 200 OK\r\n\r\n" + body)));
}

TEST(Xapi, SendsWhatEveryXapiTakes) {
  const UnixServer server(always(http_reply(two_vms)));
  ask_records(server.directory().path());
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 1u);  // the session of the call: no login, no logout
  const auto head = requests[0].substr(0, requests[0].find("\r\n\r\n"));
  EXPECT_LT(head.size(), 1020u);
  EXPECT_TRUE(head.starts_with("POST /jsonrpc HTTP/1.1\r\n"));
  EXPECT_NE(head.find("User-Agent: pci-passthrough/"), head.npos);
  EXPECT_EQ(json::parse(requests[0].substr(head.size() + 4)),
            json::parse(R"({"jsonrpc":"1.0","method":"VM.get_all_records",)"
                        R"("params":["OpaqueRef:s"],"id":1})"));
}

TEST(Xapi, BeginsASessionWhereItHasNoneAndEndsIt) {
  const UnixServer server([](int fd, const std::string& request) {
    const bool login = request.find("login_with_password") != request.npos;
    send_text(fd, http_reply(login ? R"({"result":"OpaqueRef:own","error":null,"id":1})"
                                   : R"({"result":"x","error":null,"id":1})"));
  });
  const Host host(server.directory().path());
  EXPECT_EQ(Xapi(host, {true, "root"}).call("pool.get_uuid"), json::value("x"));
  const auto requests = server.requests();
  ASSERT_EQ(requests.size(), 3u);
  EXPECT_NE(requests[0].find(R"("params":["root",""])"), std::string::npos);
  EXPECT_NE(requests[1].find(R"("params":["OpaqueRef:own"])"), std::string::npos);
  EXPECT_NE(requests[2].find(R"("method":"session.logout","params":["OpaqueRef:own"])"),
            std::string::npos);
}

TEST(Xapi, PassesAnErrorOnAsItIs) {
  constexpr char sentence[] = "UUID_INVALID: VM";
  EXPECT_EQ(failure_of_call(R"({"result":null,"error":["UUID_INVALID","VM","x"],"id":1})"),
            sentence);
  EXPECT_EQ(failure_of_call(R"({"jsonrpc":"2.0","error":["UUID_INVALID","VM","x"],"id":1})"),
            sentence);
  EXPECT_EQ(failure_of_call(R"({"jsonrpc":"2.0","error":{"code":1,"message":"UUID_INVALID",)"
                            R"("data":["VM","x"]},"id":1})"),
            sentence);
}

TEST(Xapi, NeverAnswersWithASessionsErrorOfItsOwn) {
  EXPECT_EQ(failure_of_call(R"({"result":null,"error":["SESSION_INVALID","OpaqueRef:s"],"id":1})"),
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: xapi no longer knows the session of this call "
            "(SESSION_INVALID); log in anew, and try again");
}

TEST(Xapi, FindsTheSocketOfXenServer62) {
  const UnixServer server(always(http_reply(two_vms)), "var/xapi");
  expect_two_vms(ask_records(server.directory().path()));
}

TEST(Xapi, ReadsNotANumber) {
  const auto asked = records_of(always(http_reply(
      R"({"result":{"OpaqueRef:1":{"memory":NaN,"x":-Infinity,"y":[inf,nan,1e5],"uuid":"NaN"}},)"
      R"("error":null,"id":1})")));
  EXPECT_EQ(asked.failure, "");
  ASSERT_EQ(asked.records.size(), 1u);
  EXPECT_EQ(json::serialize(asked.records.at("OpaqueRef:1")), R"({"memory":0,"uuid":"NaN"})");
}

/// Whoever waited here would do so for ever.
TEST(Xapi, DoesNotWaitForWhoeverIsSilent) {
  const auto asked = records_of(
      [](int fd, const std::string&) {
        char byte;
        while (::read(fd, &byte, 1) > 0) {
        }
      },
      short_patience);
  EXPECT_EQ(asked.failure,
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: VM.get_all_records: xapi did not answer in 1 s");
}

TEST(Xapi, DoesNotWaitForADrip) {
  const auto asked = records_of(
      [](int fd, const std::string&) {
        send_text(fd, "HTTP/1.1 200 OK\r\n\r\n");
        while (send_text(fd, " ")) std::this_thread::sleep_for(10ms);
      },
      short_patience);
  EXPECT_NE(asked.failure.find("did not answer in 1 s"), std::string::npos) << asked.failure;
}

/// However quick each answer is. The last one may be cut off; then nothing is asked any more.
TEST(Xapi, KeepsToTheTimeOfAWholeCommand) {
  const UnixServer server(always(http_reply(two_vms)));
  const Host host(server.directory().path());
  Xapi xapi(host, with_session, {1h, 250ms});
  std::optional<Failure> failure;
  while (!failure)
    failure = xapi.records("VM", fields, [](std::string_view, const json::object&) {});
  failure = xapi.records("VM", fields, [](std::string_view, const json::object&) {});
  ASSERT_TRUE(failure);
  EXPECT_EQ(failure->sentence, "xapi takes too long: the time for all that is asked of it is over");
}

TEST(Xapi, SaysSoWhereTheReplyEndsHalfWay) {
  const std::string whole = http_reply(two_vms);
  for (const auto size : {std::size_t(0), std::size_t(9), whole.size() / 2, whole.size() - 1}) {
    const auto asked = records_of(always(whole.substr(0, size)));
    EXPECT_EQ(asked.failure,
              "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: VM.get_all_records: xapi closed the "
              "connection before its answer was whole")
        << size;
  }
  const std::string body(two_vms, sizeof two_vms / 2);
  EXPECT_NE(records_of(always(http_reply(body))).failure.find("the reply is no JSON"),
            std::string::npos);
}

std::size_t peak_of_memory() {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmHWM:")) return std::stoul(line.substr(6)) << 10;
  return 0;
}

TEST(Xapi, GivesUpOnAReplyOf200MegabytesInLittleMemory) {
  std::ofstream("/proc/self/clear_refs") << "5";
  const auto before = peak_of_memory();
  const auto asked = records_of(
      [](int fd, const std::string&) {
        send_text(fd, "HTTP/1.1 200 OK\r\ncontent-length: 209715200\r\n\r\n{\"result\":{");
        const std::string key = "\"OpaqueRef:1\":{\"uuid\":\"u\",\"x\":\"";
        const std::string filling(1 << 20, 'x');
        while (send_text(fd, key) && send_text(fd, filling) && send_text(fd, "\"},")) {
        }
      },
      endless_patience);
  EXPECT_EQ(asked.failure,
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: VM.get_all_records: xapi cannot be "
            "read: the reply is larger than 100 MB");
  EXPECT_LT(peak_of_memory() - before, 8u << 20);
}

TEST(Xapi, GivesUpOnOneEndlessString) {
  const auto asked = records_of(
      [](int fd, const std::string&) {
        send_text(fd, "HTTP/1.1 200 OK\r\n\r\n{\"result\":{\"OpaqueRef:1\":{\"uuid\":\"");
        const std::string filling(1 << 20, 'x');
        while (send_text(fd, filling)) {
        }
      },
      endless_patience);
  EXPECT_NE(asked.failure.find("one record of the reply is larger than 4 MB"), std::string::npos)
      << asked.failure;
}

TEST(Xapi, ReachesASocketBehindALongPath) {
  const UnixServer server(always(http_reply(two_vms)));
  const auto deep = server.directory() / std::string(120, 'd');
  std::filesystem::create_directories(deep + "/var/lib");
  std::filesystem::rename(server.directory() / "var/lib/xcp", deep + "/var/lib/xcp");
  expect_two_vms(ask_records(deep));
}

TEST(Xapi, IsAbsentWhereThereIsNoSocket) {
  const TemporaryDirectory directory;
  directory.write("var/lib/xcp/xapi", "a file");
  const Host host(directory.path());
  EXPECT_FALSE(Xapi(host, with_session).present());
  EXPECT_EQ(ask_records(directory.path()).failure,
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: xapi does not run here: there is no socket "
            "/var/lib/xcp/xapi");
}

TEST(Xapi, SaysSoWhereNobodyListensAnyMore) {
  TemporaryDirectory directory;
  {
    const UnixServer server(always(""));
    std::filesystem::create_directories(directory / "var/lib/xcp");
    std::filesystem::rename(server.directory() / "var/lib/xcp/xapi",
                            directory / "var/lib/xcp/xapi");
  }
  EXPECT_NE(ask_records(directory.path()).failure.find("xapi cannot be asked: Connection refused"),
            std::string::npos);
}

TEST(Xapi, ReadsWhatWasRecordedInPlaceOfASocket) {
  const TemporaryDirectory directory;
  directory.write(".xapi/VM.get_all_records", R"({"OpaqueRef:1": {"uuid": "u1", "x": 1}})");
  const auto asked = ask_records(directory.path());
  EXPECT_EQ(asked.failure, "");
  EXPECT_EQ(json::serialize(asked.records.at("OpaqueRef:1")), R"({"uuid":"u1"})");
}

}  // namespace
}  // namespace pci_passthrough
