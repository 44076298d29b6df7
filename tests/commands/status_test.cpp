#include "plugin/commands/status.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>

#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using boost::json::object;
using boost::json::parse;

object reply_of(const std::string& verdict, const std::string& findings) {
  return parse(R"({"schema":1,"verdict":")" + verdict + R"(","findings":[)" + findings + "]}")
      .as_object();
}

std::string finding(const std::string& severity, const std::string& state = "found") {
  return R"({"code":"a-)" + severity + R"(","severity":")" + severity + R"(","state":")" + state +
         R"(","device":"0000:06:00.0","vm":null})";
}

std::string told(const object& reply) {
  const auto status = reports::status_of(reply);
  return std::to_string(status.at("code").as_int64()) + " " +
         std::string(status.at("line").as_string());
}

TEST(Status, AsMonitoringReadsIt) {
  EXPECT_EQ(told(reply_of("safe", "")), "0 pci-passthrough OK: safe");
  EXPECT_EQ(told(reply_of("safe", finding("info"))), "0 pci-passthrough OK: safe");
  EXPECT_EQ(told(reply_of("safe", finding("warn") + "," + finding("info"))),
            "1 pci-passthrough WARNING: safe: a-warn 0000:06:00.0");
  EXPECT_EQ(told(reply_of("unsafe", finding("block") + "," + finding("warn"))),
            "2 pci-passthrough CRITICAL: unsafe: a-block 0000:06:00.0");
  EXPECT_EQ(told(reply_of("unknown", finding("error", "unknown") + "," + finding("warn"))),
            "3 pci-passthrough UNKNOWN: a-error 0000:06:00.0");
}

TEST(Status, IsOneLineWithoutABar) {
  const auto line =
      reports::status_line(reports::Status::unknown, "a\nb|c" + std::string(999, 'x'));
  EXPECT_EQ(line.find_first_of("\n|"), std::string::npos);
  EXPECT_LT(line.size(), 450u);
}

TEST(Status, OfThePool) {
  const auto host = with_replies(recorded(nas), reply_with("06:00.0", "24b0"), not_answered());
  const auto reply = asked(host, "verify", {{"scope", "pool"}, {"status", "true"}});
  EXPECT_EQ(reply.at("status").at("code"), 3);
  const std::string line(reply.at("status").at("line").as_string());
  EXPECT_NE(line.find("xen2: HOST_OFFLINE"), std::string::npos) << line;
  EXPECT_EQ(find_command("verify").table(reply), line + "\n");
}

TEST(Import, ThroughXapiAtMost64KiB) {
  const Command& import = find_command("import");
  const auto refusal = [&](std::size_t size, bool at_shell) -> std::string {
    try {
      read_arguments(import, {"import", {{"file", std::string(size, ' ')}}, {at_shell, ""}});
      return "";
    } catch (const Failure& failure) {
      return failure.sentence;
    }
  };
  EXPECT_TRUE(refusal((64 << 10) + 1, false).starts_with("file holds 65537 bytes"));
  for (const auto& [size, at_shell] : {std::pair(64 << 10, false), {(64 << 10) + 1, true}})
    EXPECT_TRUE(refusal(size, at_shell).starts_with("the file is none"));
}

TEST(Status, IsThereWhereItIsAskedForAndOnEachHost) {
  for (const auto& name : recorded_hosts()) {
    EXPECT_FALSE(asked(recorded(name), "verify").contains("status"));
    const auto reply = asked(recorded(name), "verify", {{"status", "true"}});
    const auto code = reply.at("status").at("code").as_int64();
    const auto verdict = reply.at("verdict").as_string();
    EXPECT_EQ(code == 2, verdict == "unsafe") << name;
    EXPECT_EQ(code == 3, verdict == "unknown") << name;
  }
}

}  // namespace
}  // namespace pci_passthrough
