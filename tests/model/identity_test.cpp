#include "plugin/model/identity.hpp"

#include <gtest/gtest.h>

#include "plugin/model/text.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr char nas[] = "xcp-ng-8.3";

/// The host, remembering these functions as they are.
Snapshot remembering(Snapshot host, const std::vector<std::string>& devices) {
  for (const auto& device : devices)
    host.identities.push_back(*identity_of(host, function_of(host, device)));
  return host;
}

/// The same card at another address, with all that stands on it.
void move(Snapshot& host, std::string_view from, std::string_view to) {
  for (auto& block : host.blocks) std::ranges::replace(block.path, at(from), at(to));
  for (auto& interface : host.interfaces) std::ranges::replace(interface.path, at(from), at(to));
  function_of(host, from).address = at(to);
  std::ranges::sort(host.functions, {}, &Function::address);
}

std::string told(const Snapshot& host) {
  constexpr const char* words[] = {"here", "moved", "ambiguous", "gone"};
  std::string text;
  for (const auto& located : locate(host)) {
    if (!text.empty()) text += "; ";
    text += words[static_cast<int>(located.whereabouts)];
    for (const auto& candidate : located.candidates) text += " " + candidate.text();
  }
  return text;
}

TEST(Identity, SaysWhatTheFunctionIsAndWhereItSits) {
  const auto& host = recorded(nas);
  const auto nic = *identity_of(host, *host.find(at("01:00.0")));
  EXPECT_EQ(nic.kind, "8086:1533 15d9:1533 0200");
  EXPECT_EQ(nic.place, "1c.0/00.0");
  EXPECT_EQ(nic.marks, (std::set<std::string>{"mac ac:1f:6b:8d:03:5e", "serial ac1f6bffff8d035e"}));
  auto unread = host;
  function_of(unread, "01:00.0").device_id.reset();
  EXPECT_FALSE(identity_of(unread, *unread.find(at("01:00.0"))));
}

TEST(Identity, StaysWhereItIs) {
  EXPECT_EQ(told(remembering(recorded(nas), {"01:00.0", "18:00.0", "3b:00.0", "3b:00.1"})),
            "here; here; here; here");
}

TEST(Identity, IsFollowedToAnotherBus) {
  auto host = remembering(recorded(nas), {"01:00.0", "18:00.0"});
  move(host, "18:00.0", "19:00.0");
  move(host, "01:00.0", "02:00.0");
  EXPECT_EQ(told(host), "moved 0000:02:00.0; moved 0000:19:00.0");
}

TEST(Identity, IsGoneWithTheCard) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  std::erase_if(host.functions, [](const auto& f) { return f.address == at("18:00.0"); });
  EXPECT_EQ(told(host), "gone");
}

TEST(Identity, AnotherKindAtItsAddressIsNotIt) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  function_of(host, "18:00.0").device_id = 0x00ac;
  EXPECT_EQ(told(host), "gone");
}

TEST(Identity, AnotherMacIsAnotherCard) {
  auto host = remembering(recorded(nas), {"01:00.0"});
  for (auto& interface : host.interfaces)
    if (interface.name == "eth2") interface.mac = "00:00:5e:00:53:01";
  EXPECT_EQ(told(host), "gone");
  for (auto& interface : host.interfaces) interface.mac.clear();
  EXPECT_EQ(told(host), "here") << "a hidden card shows no MAC";
}

TEST(Identity, AnotherSerialNumberIsAnotherCard) {
  auto host = recorded(nas);
  function_of(host, "18:00.0").config.emplace().serial = 0x0025903456789abc;
  host = remembering(host, {"18:00.0"});
  EXPECT_EQ(host.identities[0].marks.count("serial 0025903456789abc"), 1u);
  function_of(host, "18:00.0").config->serial = 0x0025903456789abd;
  EXPECT_EQ(told(host), "gone");
  function_of(host, "18:00.0").config->serial = 0;
  EXPECT_EQ(told(host), "here") << "masked, or of a card that bears none";
}

TEST(Identity, OtherDisksBehindAControllerAreNoOtherController) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  host.identities[0].marks = {"disk naa.1"};
  for (auto& block : host.blocks) block.wwid = "naa.2";
  EXPECT_EQ(told(host), "here");
}

TEST(Identity, TheMarkDecidesBetweenTwins) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  host.identities[0].marks = {"disk naa.1"};
  auto twin = function_of(host, "18:00.0");
  twin.address = at("19:00.0");
  twin.path = {at("00:1c.0")};
  host.functions.push_back(twin);
  EXPECT_EQ(told(host), "here") << "by its place";
  auto& disk = host.blocks.emplace_back();
  disk.path = {at("00:1c.0"), at("19:00.0")};
  disk.wwid = "naa.1";
  EXPECT_EQ(told(host), "moved 0000:19:00.0");
}

TEST(Identity, TwinsInOtherPlacesAreAmbiguous) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  host.identities[0].place = "1d.0/00.0";
  auto twin = function_of(host, "18:00.0");
  twin.address = at("19:00.0");
  host.functions.push_back(twin);
  EXPECT_EQ(told(host), "ambiguous 0000:19:00.0");
  move(host, "18:00.0", "1a:00.0");
  EXPECT_EQ(told(host), "ambiguous 0000:19:00.0 0000:1a:00.0");
}

TEST(Identity, OneCardIsNotFoundForTwo) {
  auto host = remembering(recorded(nas), {"18:00.0", "18:00.0"});
  host.identities[1].address = at("17:00.0");
  host.identities[1].place = "1d.0/00.0";
  EXPECT_EQ(told(host), "here; gone") << "the one that fits is no candidate for another";
  move(host, "18:00.0", "1a:00.0");
  function_of(host, "1a:00.0").path = {at("00:1c.0")};
  EXPECT_EQ(told(host), "ambiguous 0000:1a:00.0; ambiguous 0000:1a:00.0");
}

TEST(Identity, AnotherPortOfTheSameCardIsNotIt) {
  auto host = remembering(recorded(nas), {"5e:00.0"});
  std::erase_if(host.functions, [](const auto& f) { return f.address == at("5e:00.0"); });
  EXPECT_EQ(told(host), "gone");
}

}  // namespace
}  // namespace pci_passthrough
