#include "plugin/model/usage.hpp"

#include <gtest/gtest.h>

#include <set>

#include "plugin/model/text.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// "!mount /", the mark for what dom0 needs.
Texts uses_at(const Snapshot& snapshot, std::string_view address) {
  Texts texts;
  const auto usage = usage_of(snapshot);
  const auto found = usage.find(at(address));
  if (found == usage.end()) return texts;
  for (const auto& use : found->second)
    texts.push_back((use.critical ? "!" : "") + use.kind + " " + use.name);
  return texts;
}

TEST(Usage, OfTheRecordedHosts) {
  const struct {
    const char* host;
    const char* address;
    Texts uses;
  } cases[] = {
      {"xcp-ng-8.3", "5e:00.0", {"!management xapi0", "network eth0 in bond0"}},
      {"xcp-ng-8.3", "01:00.0", {"network eth2"}},
      {"xcp-ng-8.3", "03:00.0", {"console host console"}},
      {"xcp-ng-8.3", "8b:00.0", {}},
      {"xcp-ng-8.3", "3b:00.1", {}},
      {"xcp-ng-8.2-bios", "03:00.1", {"network eth1 in eth1.50, xenbr1"}},
      {"xenserver-6.2", "01:00.0", {"disk sdb", "disk sdc", "disk sdd", "disk sde"}},
  };
  for (const auto& [host, address, uses] : cases)
    EXPECT_EQ(uses_at(recorded(host), address), uses) << host << ' ' << address;
}

TEST(Usage, AnSrOverTwoPathsIsSeenOnBoth) {
  for (const char* address : {"04:00.0", "04:00.1"}) {
    const auto uses = uses_at(recorded("xcp-ng-8.2-bios"), address);
    const auto has = [&](std::string_view kind) {
      return std::ranges::any_of(uses, [&](const auto& use) { return use.starts_with(kind); });
    };
    EXPECT_TRUE(has("lvm VG_XenStorage")) << address;
    EXPECT_TRUE(has("multipath ")) << address;
    EXPECT_TRUE(has("disk sd")) << address;
  }
}

TEST(Usage, ABridgeIsUsedByAllBehindIt) {
  const auto& host = recorded("xcp-ng-8.3");
  const auto uses = uses_at(host, "85:00.0");
  for (const char* use : {"!mount /", "!mount /var/log", "raid md127", "network eth3 in xenbr3"})
    EXPECT_EQ(std::ranges::count(uses, use), 1) << use << " of " << joined(uses);
}

TEST(Usage, WhatDom0NeedsComesFirst) {
  for (const auto& name : recorded_hosts())
    for (const auto usage = usage_of(recorded(name)); const auto& [address, uses] : usage)
      EXPECT_TRUE(std::ranges::is_sorted(uses, std::greater{}, &Use::critical))
          << name << ' ' << address.text();
}

TEST(Usage, EveryRecordedHostNeedsADiskAndANic) {
  for (const auto& name : recorded_hosts()) {
    std::set<std::string> critical;
    for (const auto usage = usage_of(recorded(name)); const auto& [address, uses] : usage)
      for (const auto& use : uses)
        if (use.critical) critical.insert(use.kind);
    critical.erase("swap");  // not every host swaps
    EXPECT_EQ(critical, (std::set<std::string>{"management", "mount"})) << name;
  }
}

TEST(Usage, AVirtualFunctionsUseIsItsPhysicalOnesToo) {
  auto snapshot = recorded("xcp-ng-8.3");
  snapshot.interfaces.push_back({"eth9", "", all_at({"85:00.0", "8a:10.4"}), {}, ""});
  const auto uses = uses_at(snapshot, "89:00.0");
  EXPECT_EQ(std::ranges::count(uses, "network eth9"), 1) << joined(uses);
}

TEST(Usage, AVolumeGroupsDoubledHyphenIsOne) {
  Snapshot snapshot;
  snapshot.blocks = {{"sda", "8:0", "", "", all_at({"00:17.0"}), false, {}},
                     {"dm-0", "253:0", "VG_XenStorage--ab--cd-VHD--1", "LVM", {}, false, {"sda"}}};
  const auto uses = uses_at(snapshot, "00:17.0");
  EXPECT_EQ(uses, (Texts{"lvm VG_XenStorage-ab-cd", "disk sda"}));
}

}  // namespace
}  // namespace pci_passthrough
