#include <gtest/gtest.h>

#include <boost/json/serialize.hpp>
#include <set>

#include "tests/commands/asked.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

ProbeScope scope_of(const char* function, Given given) {
  return arguments_of(find_command(function), std::move(given)).scope;
}

TEST(Scope, OnlyDevicesAboutToBeTakenNeedTheBarsOfAll) {
  EXPECT_FALSE(has(scope_of("verify", {}), ProbeScope::all_bars));
  EXPECT_FALSE(has(scope_of("verify", {{"vm", "nas"}}), ProbeScope::all_bars));
  EXPECT_TRUE(has(scope_of("verify", {{"devices", "06:00.0"}}), ProbeScope::all_bars));
  EXPECT_TRUE(
      has(scope_of("verify", {{"devices", "06:00.0"}, {"vm", "nas"}}), ProbeScope::all_bars));
  EXPECT_TRUE(has(scope_of("hide", {{"devices", "06:00.0"}}), ProbeScope::all_bars));
  EXPECT_EQ(scope_of("list", {{"devices", "06:00.0"}}), scope_of("verify", {}));
}

/// What verify finds where this much of the host is read.
std::set<std::string> told_with(ProbeScope scope, const std::string& name) {
  const ScratchRoot root(text_of_file(recordings() / (name + ".host")));
  Host host(root.path());
  std::set<std::string> told;
  const auto reply = asked(probe(host, scope), "verify");
  for (const auto& one : reply.at("findings").as_array()) told.insert(boost::json::serialize(one));
  return told;
}

TEST(Scope, OfAHostAsItStandsNoMoreIsFoundWithTheBarsOfAll) {
  const auto scope = scope_of("verify", {});
  for (const auto* folder : {"", "sick/"})
    for (const auto& name : recorded_hosts(folder))
      EXPECT_EQ(told_with(scope, name), told_with(scope | ProbeScope::all_bars, name)) << name;
}

}  // namespace
}  // namespace pci_passthrough
