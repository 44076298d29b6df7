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
  EXPECT_EQ(nic.topology_path, "1c.0/00.0");
  EXPECT_EQ(nic.root, "0000 1/5");
  EXPECT_EQ(nic.same_model_siblings, std::vector<std::string>());
  EXPECT_EQ(identity_of(host, *host.find(at("3b:00.0")))->root, "0000 3/5");
  EXPECT_EQ(nic.stable_ids,
            (std::set<std::string>{"mac ac:1f:6b:8d:03:5e", "serial ac1f6bffff8d035e"}));
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
  EXPECT_EQ(host.identities[0].stable_ids.count("serial 0025903456789abc"), 1u);
  function_of(host, "18:00.0").config->serial = 0x0025903456789abd;
  EXPECT_EQ(told(host), "gone");
  function_of(host, "18:00.0").config->serial = 0;
  EXPECT_EQ(told(host), "here") << "masked, or of a card that bears none";
}

TEST(Identity, OtherDisksBehindAControllerAreNoOtherController) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  host.identities[0].stable_ids = {"disk naa.1"};
  for (auto& block : host.blocks) block.wwid = "naa.2";
  EXPECT_EQ(told(host), "here");
}

TEST(Identity, TheMarkDecidesBetweenTwins) {
  auto host = remembering(recorded(nas), {"18:00.0"});
  host.identities[0].stable_ids = {"disk naa.1"};
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
  host.identities[0].topology_path = "1d.0/00.0";
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
  host.identities[1].topology_path = "1d.0/00.0";
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

std::string why(const Snapshot& host) {
  std::string text;
  for (const auto& located : locate(host)) text += (text.empty() ? "" : "; ") + located.why;
  return text;
}

void take_out(Snapshot& host, std::string_view address) {
  std::erase_if(host.functions, [&](const auto& one) { return one.address == at(address); });
}

/// An equal card below another root, at 19:00.0, in the same slot as seen from there.
Snapshot with_twin(Snapshot host, std::string_view of) {
  auto twin = function_of(host, of);
  twin.address = at("19:00.0");
  twin.path = {at("17:00.0")};
  host.functions.push_back(twin);
  std::ranges::sort(host.functions, {}, &Function::address);
  return host;
}

void give_serial(Snapshot& host, std::string_view address, std::uint64_t serial) {
  function_of(host, address).config.emplace().serial = serial;
}

Snapshot written_by_0_1(Snapshot host) {
  for (auto& identity : host.identities) {
    identity.root.clear();
    identity.same_model_siblings.reset();
  }
  return host;
}

TEST(Twins, AreRememberedByTheirSeats) {
  const auto host = remembering(with_twin(recorded(nas), "3b:00.0"), {"3b:00.0", "19:00.0"});
  EXPECT_EQ(host.identities[0].same_model_siblings, std::vector<std::string>{"0000 2/5 00.0/00.0"});
  EXPECT_EQ(host.identities[1].same_model_siblings, std::vector<std::string>{"0000 3/5 00.0/00.0"});
  EXPECT_EQ(told(host), "here; here");
}

TEST(Twins, PulledTheTwinStays) {
  auto host = remembering(with_twin(recorded(nas), "3b:00.0"), {"3b:00.0"});
  take_out(host, "3b:00.0");
  EXPECT_EQ(told(host), "gone");
  move(host, "19:00.0", "1a:00.0");
  EXPECT_EQ(told(host), "gone") << "by another number";
  move(host, "1a:00.0", "3b:00.0");
  EXPECT_EQ(told(host), "gone") << "by the very number that was pulled";
  function_of(host, "3b:00.0").path = {at("5d:02.0")};
  EXPECT_EQ(told(host), "ambiguous") << "in a slot that neither had";
}

TEST(Twins, PulledAndTheTwinIsRememberedToo) {
  auto host = remembering(with_twin(recorded(nas), "3b:00.0"), {"3b:00.0", "19:00.0"});
  take_out(host, "3b:00.0");
  EXPECT_EQ(told(host), "gone; here");
  EXPECT_EQ(told(written_by_0_1(host)), "gone; here");
}

TEST(Twins, PulledAndTheTwinTakesItsPlace) {
  auto host = remembering(with_twin(recorded(nas), "3b:00.0"), {"3b:00.0"});
  take_out(host, "3b:00.0");
  move(host, "19:00.0", "3c:00.0");
  function_of(host, "3c:00.0").path = {at("3a:00.0")};
  EXPECT_EQ(told(host), "ambiguous 0000:3c:00.0") << "there is one less";
}

TEST(Twins, RenumberedAreToldByTheirPlaces) {
  auto host = remembering(with_twin(recorded(nas), "3b:00.0"), {"3b:00.0", "19:00.0"});
  move(host, "3b:00.0", "3c:00.0");
  move(host, "19:00.0", "1a:00.0");
  EXPECT_EQ(told(host), "moved 0000:3c:00.0; moved 0000:1a:00.0");
  EXPECT_EQ(why(host), "same place; same place");
  auto& root = host.functions.emplace_back();
  root.address = at("16:00.0");
  EXPECT_EQ(told(host).find("moved"), std::string::npos) << "a root more: which place is whose?";
}

TEST(Twins, TwoOfThemSwapped) {
  auto host = with_twin(recorded(nas), "3b:00.0");
  give_serial(host, "3b:00.0", 1);
  give_serial(host, "19:00.0", 2);
  host = remembering(host, {"3b:00.0", "19:00.0"});
  give_serial(host, "3b:00.0", 2);
  give_serial(host, "19:00.0", 1);
  EXPECT_EQ(told(host), "moved 0000:19:00.0; moved 0000:3b:00.0");
  EXPECT_EQ(why(host), "same serial number; same serial number");
  EXPECT_EQ(told(written_by_0_1(host)), "moved 0000:19:00.0; moved 0000:3b:00.0");
}

TEST(Twins, ThatCameLaterAreNotTakenForIt) {
  auto host = remembering(recorded(nas), {"3b:00.0"});
  host = with_twin(host, "3b:00.0");
  move(host, "3b:00.0", "3c:00.0");
  EXPECT_EQ(told(host), "moved 0000:3c:00.0");
  take_out(host, "3c:00.0");
  EXPECT_EQ(told(host), "moved 0000:19:00.0") << "alone of its kind then and now";
  EXPECT_EQ(why(host), "the only one of its kind");
  EXPECT_EQ(told(written_by_0_1(host)), "ambiguous 0000:19:00.0")
      << "whether it had a twin is unknown";
}

/// Alone of its kind when it was remembered; now there are two, of which one is another's.
TEST(Twins, TheOtherOfTwoIsNotItForItsKindAlone) {
  auto host = with_twin(remembering(recorded(nas), {"3b:00.0"}), "3b:00.0");
  host = remembering(host, {"19:00.0"});
  move(host, "3b:00.0", "3c:00.0");
  function_of(host, "3c:00.0").path = {at("5d:02.0")};
  EXPECT_EQ(told(host), "ambiguous 0000:3c:00.0; here");
  take_out(host, "19:00.0");
  host.identities.pop_back();
  EXPECT_EQ(told(host), "moved 0000:3c:00.0") << "alone then and now";
}

TEST(Card, ItsFunctionsMoveTogetherOrNotAtAll) {
  auto host = remembering(recorded(nas), {"3b:00.0", "3b:00.1"});
  move(host, "3b:00.0", "3c:00.0");
  EXPECT_EQ(told(host), "ambiguous 0000:3c:00.0; here");
  EXPECT_EQ(why(host), "not every function of its card is there; ");
  move(host, "3b:00.1", "3c:00.1");
  EXPECT_EQ(told(host), "moved 0000:3c:00.0; moved 0000:3c:00.1");
  move(host, "3c:00.1", "3d:00.1");
  EXPECT_EQ(told(host), "ambiguous 0000:3c:00.0; ambiguous 0000:3d:00.1");
}

TEST(Card, TheMarkOfOneFunctionTellsForAll) {
  auto host = with_twin(recorded(nas), "3b:00.1");
  function_of(host, "19:00.0").address = at("19:00.1");
  give_serial(host, "3b:00.0", 7);
  host = remembering(host, {"3b:00.0", "3b:00.1"});
  move(host, "3b:00.0", "5f:00.0");
  move(host, "3b:00.1", "5f:00.1");
  for (const char* address : {"5f:00.0", "5f:00.1"})
    function_of(host, address).path = {at("5d:02.0")};
  EXPECT_EQ(told(host), "moved 0000:5f:00.0; moved 0000:5f:00.1");
  EXPECT_EQ(why(host), "same serial number; same card as 0000:5f:00.0");
}

TEST(Memory, OfOneDeviceAtTwoAddressesIsFollowedFromBoth) {
  auto host = remembering(recorded(nas), {"3b:00.0", "3b:00.0"});
  host.identities[1].address = at("2b:00.0");
  EXPECT_TRUE(is_same_device(host.identities[0], host.identities[1]));
  EXPECT_EQ(told(host), "here; moved 0000:3b:00.0");
  move(host, "3b:00.0", "3c:00.0");
  EXPECT_EQ(told(host), "moved 0000:3c:00.0; moved 0000:3c:00.0");
}

TEST(Difference, NamesTheMarkTheIdsOrTheSlot) {
  auto host = with_twin(recorded(nas), "3b:00.0");
  const auto one = *identity_of(host, function_of(host, "3b:00.0"));
  EXPECT_EQ(difference_of(one, *identity_of(host, function_of(host, "19:00.0"))).is,
            "slot 0000 2/5 00.0/00.0");
  give_serial(host, "3b:00.0", 1);
  give_serial(host, "19:00.0", 2);
  const auto marked = difference_of(*identity_of(host, function_of(host, "3b:00.0")),
                                    *identity_of(host, function_of(host, "19:00.0")));
  EXPECT_EQ(marked.was + " " + marked.is, "serial 0000000000000001 serial 0000000000000002");
  EXPECT_EQ(difference_of(one, *identity_of(host, function_of(host, "18:00.0"))).was, one.kind);
}

/// `count` cards of one kind on buses from `first` on, each behind a root port of its own, with the
/// serial number that `serial` gives it.
Snapshot cards(std::size_t count, std::uint8_t first, std::uint64_t (*serial)(std::size_t)) {
  Snapshot host;
  for (std::size_t i = 0; i < count; ++i) {
    Function card;
    card.address = {0, static_cast<std::uint8_t>(first + i), 0, 0};
    card.path = {{0, 0, static_cast<std::uint8_t>(0x1c + i), 0}};
    card.vendor_id = 0x10ec;
    card.device_id = 0x8168;
    card.class_code = ClassCode{0x020000};
    card.config.emplace().serial = serial(i);
    host.functions.push_back(card);
  }
  return host;
}
std::uint64_t one_for_all(std::size_t) { return 0x01000000684ce000; }
std::uint64_t one_each(std::size_t i) { return 0x01000000684ce000 + i; }
std::uint64_t one_for_two(std::size_t i) { return 0x01000000684ce000 + i / 2; }

/// The memory of all of them, as this version writes it or as 0.1.0 did.
std::vector<Identity> memory_of(const Snapshot& host, bool old) {
  std::vector<Identity> memory;
  for (const auto& function : host.functions) {
    memory.push_back(*identity_of(host, function));
    if (!old) continue;
    memory.back().stable_ids.insert(memory.back().shared_ids->begin(),
                                    memory.back().shared_ids->end());
    memory.back().shared_ids.reset();
  }
  return memory;
}

/// One bus more in front moves all: each is found by its own serial number, else by its place.
TEST(Identity, ASerialNumberThatManyBearTellsNothing) {
  for (const auto serial : {one_for_all, one_each, one_for_two})
    for (std::size_t count = 1; count <= 4; ++count)
      for (const bool old : {false, true}) {
        auto moved = cards(count, 7, serial);
        moved.identities = memory_of(cards(count, 6, serial), old);
        const auto located = locate(moved);
        for (std::size_t i = 0; i < count; ++i) {
          SCOPED_TRACE(std::to_string(count) + " cards, card " + std::to_string(i));
          EXPECT_EQ(located[i].whereabouts, Whereabouts::moved);
          EXPECT_EQ(located[i].candidates, (std::vector{moved.functions[i].address}));
        }
      }
}

TEST(Identity, WithOneSerialNumberForAllTheLastOneLeftIsAmbiguous) {
  for (const bool old : {false, true}) {
    auto left = cards(2, 9, one_for_all);
    left.identities = memory_of(cards(2, 6, one_for_all), old);
    left.functions.erase(left.functions.begin());
    left.functions.front().path = {{0, 0, 0x1f, 0}};
    for (const auto& located : locate(left))
      EXPECT_EQ(located.whereabouts, Whereabouts::ambiguous) << old;
  }
}

TEST(Identity, WhatIsSharedIsRememberedAsShared) {
  const auto host = cards(2, 6, one_for_all);
  const auto identity = *identity_of(host, host.functions[0]);
  EXPECT_TRUE(identity.stable_ids.empty());
  EXPECT_EQ(identity.shared_ids, std::set<std::string>{"serial 01000000684ce000"});
}

}  // namespace
}  // namespace pci_passthrough
