#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using boost::json::object;

const Given of_pool = {{"scope", "pool"}};

Snapshot pool(HostReply first, HostReply second) {
  return with_replies(recorded("xcp-ng-8.3"), std::move(first), std::move(second));
}

HostReply with_verdict(const char* verdict) {
  auto reply = reply_with("06:00.0", "24b0");
  reply.verdict = verdict;
  return reply;
}

TEST(ScopePool, ListsEachHost) {
  const auto reply = asked(pool(reply_with("06:00.0", "24b0"), not_answered()), "list", of_pool);
  EXPECT_EQ(ascii_json(reply.at("scope")), R"("pool")");
  EXPECT_EQ(ascii_json(reply.at("hosts")),
            R"([{"uuid":"uuid-xen1","name":"xen1","plugin_version":"0.1.0","devices":[{"address":)"
            R"("0000:06:00.0","vendor_id":"10de","device_id":"24b0","used_by":[]}]},)"
            R"({"uuid":"uuid-xen2","name":"xen2","error":["HOST_OFFLINE",)"
            R"("it is off, or xapi does not reach it"]}])");
  EXPECT_FALSE(reply.contains("verdict"));
}

TEST(ScopePool, TheGravestVerdictIsTheWholePools) {
  const auto verdict = [](HostReply first, HostReply second) {
    return ascii_json(
        asked(pool(std::move(first), std::move(second)), "verify", of_pool).at("verdict"));
  };
  EXPECT_EQ(verdict(with_verdict("safe"), with_verdict("safe")), R"("safe")");
  EXPECT_EQ(verdict(with_verdict("unsafe"), with_verdict("unknown")), R"("unsafe")");
  EXPECT_EQ(verdict(with_verdict("unsafe"), not_answered()), R"("unsafe")");
  EXPECT_EQ(verdict(with_verdict("safe"), with_verdict("unknown")), R"("unknown")");
  EXPECT_EQ(verdict(with_verdict("safe"), not_answered()), R"("unknown")");
  auto host = pool(with_verdict("safe"), reply_with("06:00.0", "1b38", {"mount /"}));
  host = with_vm(host, "nas", "0/0000:06:00.0", [](VmRecord& vm) { vm.affinity = ""; });
  const auto reply = asked(host, "verify", of_pool);
  EXPECT_EQ(ascii_json(reply.at("verdict")), R"("unsafe")") << "of a finding about the pool";
  EXPECT_EQ(reply.at("findings").as_array().size(), 1u);
}

TEST(ScopePool, AHostThatWasNotAskedIsUnknown) {
  auto host = pool(with_verdict("safe"), with_verdict("safe"));
  host.pool->hosts["host-2"].reply.reset();
  const auto reply = asked(host, "verify", of_pool);
  EXPECT_EQ(ascii_json(reply.at("verdict")), R"("unknown")");
  EXPECT_EQ(ascii_json(reply.at("hosts").at(1).at("error").at(1)), R"("it was not asked")");
}

TEST(ScopePool, WhatAHostCouldNotReadIsSaidOfIt) {
  auto blind = reply_with("06:00.0", "24b0");
  blind.devices.clear();
  blind.listing.devices.clear();
  blind.listing.unreadable = {{"/sys/bus/pci/devices", "Input/output error"}};
  const auto host = pool(reply_with("06:00.0", "24b0"), blind);
  const auto reply = asked(host, "list", of_pool);
  EXPECT_FALSE(reply.at("hosts").at(0).as_object().contains("unreadable"));
  EXPECT_EQ(ascii_json(reply.at("hosts").at(1).at("unreadable")),
            R"({"/sys/bus/pci/devices":"Input/output error"})");
  const auto table = table_of_pool(host, "list", of_pool);
  EXPECT_NE(
      table.find("xen2: unknown which PCI functions it has: cannot read /sys/bus/pci/devices"),
      std::string::npos)
      << table;
  const auto models = table_of_pool(host, "list", {{"scope", "pool"}, {"by", "model"}});
  EXPECT_NE(models.find("xen2 (0.1.0): Not read, and what rests on it is unknown: "),
            std::string::npos)
      << models;
}

TEST(ScopePool, AsATable) {
  const auto host = pool(with_verdict("unsafe"), not_answered());
  const auto list = table_of_pool(host, "list", of_pool);
  EXPECT_TRUE(list.starts_with("== xen1 (0.1.0)\n")) << list;
  EXPECT_NE(list.find("xen1: 1 function, 0 hidden"), list.npos) << list;
  EXPECT_NE(list.find("\n== xen2: HOST_OFFLINE: it is off, or xapi does not reach it\n"), list.npos)
      << list;
  EXPECT_NE(list.find("NEEDED: "), list.npos);
  const auto verify = find_command("verify").table(asked(host, "verify", of_pool));
  EXPECT_TRUE(verify.starts_with("UNSAFE: 1 unknown\n")) << verify;
  EXPECT_NE(verify.find("\n== xen1 (0.1.0)\nUNSAFE\n"), verify.npos) << verify;
}

TEST(ScopePool, StandsAlone) {
  const auto host = pool(with_verdict("safe"), with_verdict("safe"));
  const std::string misuse = "PCI_PASSTHROUGH_INVALID_ARGUMENT: ";
  EXPECT_EQ(refused(host, "verify", {{"scope", "host"}}),
            misuse + "invalid scope value 'host'; expected pool, or no scope for this host alone");
  for (const char* function : {"list", "verify"})
    EXPECT_EQ(refused(host, function, {{"scope", "pool"}, {"devices", "06:00.0"}}),
              misuse + "scope=pool takes no argument beside it but format; devices is given, too");
  EXPECT_EQ(refused(host, "verify", {{"vm", "nas"}, {"scope", "pool"}}),
            misuse + "scope=pool takes no argument beside it but format; vm is given, too");
  EXPECT_NE(refused(host, "rules", of_pool), "");
  EXPECT_EQ(refused(host, "list", {{"scope", "pool"}, {"format", "text"}}), "");
}

TEST(ScopePool, WithoutXapi) {
  EXPECT_EQ(refused(recorded("xcp-ng-8.3"), "list", of_pool),
            "PCI_PASSTHROUGH_XAPI_UNAVAILABLE: Unknown which hosts the pool has: xapi did not "
            "answer");
}

TEST(ScopePool, AsksForOtherFacts) {
  const auto facts = [](const char* function, Given given) {
    return arguments_of(find_command(function), std::move(given)).scope;
  };
  EXPECT_FALSE(has(facts("list", {}), ProbeScope::replies));
  EXPECT_FALSE(has(facts("verify", {{"vm", "nas"}}), ProbeScope::replies));
  EXPECT_EQ(facts("list", of_pool), ProbeScope::pool) << "each reply is asked for as it is written";
  EXPECT_EQ(facts("verify", of_pool), ProbeScope::pool | ProbeScope::replies);
}

}  // namespace
}  // namespace pci_passthrough
