#include "plugin/model/isolation.hpp"

#include <gtest/gtest.h>

#include "plugin/model/acs.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr Acs isolating = {0x1f, 0x1d};

/// A host of a few functions, all of them PCI Express and known in full.
struct Machine {
  Snapshot host{};

  Function& add(std::string_view address, const std::vector<std::string>& path, PcieType type,
                std::optional<Acs> acs = {}) {
    Function function;
    function.address = at(address);
    function.path = all_at(path);
    function.vendor_id = 0x1022;
    function.device_id = 0x1483;
    function.config = ConfigSpace{};
    function.config->pcie = Pcie{type};
    function.config->acs = acs;
    function.config->all_capabilities = function.config->all_extended = true;
    host.functions.push_back(function);
    return host.functions.back();
  }
  Function& root_port(std::string_view address, std::optional<Acs> acs) {
    return add(address, {}, PcieType::root_port, acs);
  }
  Function& endpoint(std::string_view address, const std::vector<std::string>& path) {
    return add(address, path, PcieType::endpoint);
  }
  /// "01:00.0 00:01.0": the group of each, in the order of adding; "?" unknown.
  std::string groups() const {
    const auto groups = isolation_groups(host);
    std::string text;
    for (const auto& function : host.functions) {
      const auto group = groups.find(function.address);
      text += (text.empty() ? "" : " ") +
              (group == groups.end() ? "?" : group->second.text().substr(5));
    }
    return text;
  }
};

TEST(Isolation, AcsOnTheRootPortKeepsApart) {
  Machine machine;
  machine.root_port("00:01.0", isolating);
  machine.endpoint("01:00.0", {"00:01.0"});
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0");
}

TEST(Isolation, WithoutAcsAllBelowAPortBelongToIt) {
  Machine machine;
  machine.root_port("00:01.0", {});
  machine.endpoint("01:00.0", {"00:01.0"});
  EXPECT_EQ(machine.groups(), "00:01.0 00:01.0");
  machine.host.functions[0].config->acs = Acs{0x1f, 0x11};
  EXPECT_EQ(machine.groups(), "00:01.0 00:01.0") << "request redirect is off";
  machine.host.functions[0].config->acs = Acs{0x11, 0x11};
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0") << "what the port cannot do it does by itself";
}

/// Linux pci_regs.h PCI_ACS_*; iommu.c REQ_ACS_FLAGS.
TEST(Isolation, EachRequirementOfAcsIsOne) {
  const struct {
    const char* name;
    std::uint16_t bit;
    bool required;
  } features[] = {{"source validation", 0x01, true},     {"translation blocking", 0x02, false},
                  {"request redirect", 0x04, true},      {"completion redirect", 0x08, true},
                  {"upstream forwarding", 0x10, true},   {"egress control", 0x20, false},
                  {"direct translated P2P", 0x40, false}};
  for (const auto& [name, bit, required] : features) {
    Machine machine;
    machine.root_port("00:01.0", Acs{0x7f, static_cast<std::uint16_t>(0x7f & ~bit)});
    machine.endpoint("01:00.0", {"00:01.0"});
    EXPECT_EQ(machine.groups(), required ? "00:01.0 00:01.0" : "00:01.0 01:00.0")
        << name << " is off";
    machine.host.functions[0].config->acs->can &= static_cast<std::uint16_t>(~bit);
    EXPECT_EQ(machine.groups(), "00:01.0 01:00.0") << name << " is not there";
  }
}

TEST(Isolation, ASwitchNeedsAcsOnEachDownstreamPortAndTheRootPort) {
  for (const bool root : {true, false}) {
    for (const bool down : {true, false}) {
      Machine machine;
      const auto acs = [](bool on) { return on ? std::optional(isolating) : std::nullopt; };
      machine.root_port("00:01.0", acs(root));
      machine.add("01:00.0", {"00:01.0"}, PcieType::upstream_port);
      machine.add("02:00.0", {"00:01.0", "01:00.0"}, PcieType::downstream_port, acs(down));
      machine.add("02:01.0", {"00:01.0", "01:00.0"}, PcieType::downstream_port, acs(down));
      machine.endpoint("03:00.0", {"00:01.0", "01:00.0", "02:00.0"});
      machine.endpoint("04:00.0", {"00:01.0", "01:00.0", "02:01.0"});
      EXPECT_EQ(machine.groups(), !root  ? "00:01.0 00:01.0 00:01.0 00:01.0 00:01.0 00:01.0"
                                  : down ? "00:01.0 01:00.0 02:00.0 02:01.0 03:00.0 04:00.0"
                                         : "00:01.0 01:00.0 02:00.0 02:01.0 02:00.0 02:01.0");
    }
  }
}

TEST(Isolation, TheFunctionsOfACardShareAGroupUnlessTheyHaveAcs) {
  Machine machine;
  machine.root_port("00:01.0", isolating);
  machine.endpoint("01:00.0", {"00:01.0"}).config->multifunction = true;
  machine.endpoint("01:00.1", {"00:01.0"});
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:00.0");
  machine.host.functions[2].config->acs = Acs{};
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:00.1");
  machine.host.functions[2].config->acs.reset();
  machine.host.functions[1].vendor_id = machine.host.functions[2].vendor_id = 0x8086;
  machine.host.functions[1].device_id = machine.host.functions[2].device_id = 0x1521;
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:00.1") << "an I350";
}

/// A port of the 8 series has no ACS; the kernel tells the chipset to keep its requests apart.
TEST(Isolation, TheKernelKnowsIntelsOlderChipsets) {
  Machine machine;
  auto& port = machine.root_port("00:1c.0", {});
  port.vendor_id = 0x8086;
  port.device_id = 0x8c10;
  machine.endpoint("01:00.0", {"00:1c.0"});
  machine.host.boot.kernel_release = "4.19.0+1";
  EXPECT_EQ(machine.groups(), "00:1c.0 01:00.0");
  machine.host.boot.kernel_release = "2.6.32.43";
  EXPECT_EQ(machine.groups(), "00:1c.0 00:1c.0") << "before it did";
  machine.host.boot.kernel_release = "";
  EXPECT_EQ(machine.groups(), "00:1c.0 ?");
  machine.host.boot.kernel_release = "4.19.0+1";
  machine.host.functions[0].device_id = 0x8c91;
  EXPECT_EQ(machine.groups(), "00:1c.0 00:1c.0") << "no port";
}

TEST(Isolation, PortsOfOneSlotWithoutAcsShareAGroupWithAllBelowThem) {
  Machine machine;
  machine.root_port("00:1c.0", {}).config->multifunction = true;
  machine.root_port("00:1c.4", {});
  machine.root_port("00:1c.5", isolating);
  machine.endpoint("01:00.0", {"00:1c.0"});
  machine.endpoint("02:00.0", {"00:1c.4"});
  machine.endpoint("03:00.0", {"00:1c.5"});
  EXPECT_EQ(machine.groups(), "00:1c.0 00:1c.0 00:1c.5 00:1c.0 00:1c.0 03:00.0");
}

TEST(Isolation, BehindAConventionalBridgeEveryoneBearsItsName) {
  Machine machine;
  machine.root_port("00:01.0", isolating);
  machine.add("01:00.0", {"00:01.0"}, PcieType::pcie_to_pci_bridge);
  for (const char* address : {"02:01.0", "02:02.0"})
    machine.endpoint(address, {"00:01.0", "01:00.0"}).config->pcie.reset();
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:00.0 01:00.0");
}

TEST(Isolation, AVirtualFunctionIsNoneOfSeveral) {
  Machine machine;
  machine.root_port("00:01.0", isolating);
  machine.endpoint("01:00.0", {"00:01.0"});
  machine.endpoint("01:10.0", {"00:01.0"}).physical_function = at("01:00.0");
  machine.endpoint("01:10.1", {"00:01.0"}).physical_function = at("01:00.0");
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:10.0 01:10.1");
}

TEST(Isolation, IntelsIntegratedEndpointsAreApart) {
  Machine machine;
  machine.add("00:14.0", {}, PcieType::integrated_endpoint).config->multifunction = true;
  machine.add("00:14.3", {}, PcieType::integrated_endpoint);
  EXPECT_EQ(machine.groups(), "00:14.0 00:14.0");
  for (auto& function : machine.host.functions) function.vendor_id = 0x8086;
  EXPECT_EQ(machine.groups(), "00:14.0 00:14.3");
}

TEST(Isolation, WhoBearsANeighboursNameSharesItsGroup) {
  const struct {
    std::uint16_t vendor, device, subsystem;
    const char *first, *second, *groups;
  } cases[] = {
      {0x1b4b, 0x9230, 0, "01:00.0", "01:00.1", "00:01.0 01:00.0 01:00.0"},
      {0x1b4b, 0x9230, 0, "01:00.0", "01:00.2", "00:01.0 01:00.0 01:00.2"},
      {0x1b4b, 0x9231, 0, "01:00.0", "01:00.1", "00:01.0 01:00.0 01:00.1"},
      {0x1180, 0xe832, 0, "01:00.0", "01:00.3", "00:01.0 01:00.0 01:00.0"},
      {0x1180, 0xe832, 0, "01:00.0", "01:01.0", "00:01.0 01:00.0 01:01.0"},
      {0x9005, 0x0285, 0x02bb, "01:01.0", "01:0e.0", "00:01.0 01:01.0 01:01.0"},
      {0x9005, 0x0285, 0x02bd, "01:01.0", "01:0e.0", "00:01.0 01:01.0 01:0e.0"},
      {0x8086, 0x2260, 0, "01:00.0", "01:12.3", "00:01.0 01:00.0 01:00.0"},
      {0x8086, 0x2954, 0, "01:00.0", "01:1f.4", "00:01.0 01:00.0 01:00.0"},
      {0x8086, 0x2954, 0, "01:00.5", "01:1f.6", "00:01.0 01:00.5 01:1f.6"},
      {0x10b5, 0x87b0, 0, "01:00.5", "01:1f.6", "00:01.0 01:00.5 01:00.5"},
  };
  for (const auto& one : cases) {
    Machine machine;
    machine.root_port("00:01.0", isolating);
    for (const char* address : {one.first, one.second}) {
      auto& function = machine.endpoint(address, {"00:01.0"});
      function.config->acs = isolating;
      function.vendor_id = one.vendor;
      function.device_id = one.device;
      function.subsystem_vendor_id = one.vendor;
      function.subsystem_device_id = one.subsystem;
    }
    EXPECT_EQ(machine.groups(), one.groups) << one.first << " " << one.device;
    machine.host.functions[2].device_id = 0x1234;
    machine.host.functions[1].device_id = 0x1234;
    EXPECT_EQ(machine.groups(), std::string("00:01.0 ") + one.first + " " + one.second);
  }
}

TEST(Isolation, ANameIsBorneAcrossNeighbours) {
  Machine machine;
  for (const char* address : {"00:02.0", "00:03.0", "00:03.1", "00:03.2"})
    machine.add(address, {}, PcieType::integrated_endpoint, isolating);
  auto& bearer = machine.host.functions[3];
  bearer.vendor_id = 0x1b4b;
  bearer.device_id = 0x9123;
  EXPECT_EQ(machine.groups(), "00:02.0 00:03.0 00:03.1 00:03.1");
  for (const std::size_t without : {1, 2}) machine.host.functions[without].config->acs.reset();
  machine.host.functions[1].config->multifunction = true;
  EXPECT_EQ(machine.groups(), "00:02.0 00:03.0 00:03.0 00:03.0");
  bearer.device_id.reset();
  EXPECT_EQ(machine.groups(), "00:02.0 ? ? ?");
}

TEST(Isolation, BehindVmdEverythingIsVmd) {
  const auto groups = isolation_groups(recorded("xenserver-9"));
  EXPECT_EQ(groups.at(at("10000:e1:00.0")), at("00:0e.0"));
  EXPECT_EQ(groups.at(at("10000:e0:06.0")), at("00:0e.0"));
}

TEST(Isolation, VmdMayItselfBeBehindAPort) {
  Machine machine;
  machine.root_port("00:01.0", isolating);
  machine.endpoint("01:00.0", {"00:01.0"});
  machine.add("10000:e0:06.0", {"00:01.0", "01:00.0"}, PcieType::root_port, isolating);
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 01:00.0");
}

TEST(Isolation, WhatWasCutOffIsUnknown) {
  Machine machine;
  machine.root_port("00:01.0", {}).config->all_extended = false;
  machine.endpoint("01:00.0", {"00:01.0"}).config->multifunction = true;
  machine.endpoint("01:00.1", {"00:01.0"});
  EXPECT_EQ(machine.groups(), "00:01.0 ? ?") << "the port's ACS";

  machine.host.functions[0].config->acs = isolating;
  machine.host.functions[2].config->all_extended = false;
  EXPECT_EQ(machine.groups(), "00:01.0 01:00.0 ?") << "the second function's";

  machine.host.functions[0].config.reset();
  EXPECT_EQ(machine.groups(), "00:01.0 ? ?") << "all of the port";
}

TEST(Isolation, AMissingBridgeIsUnknown) {
  Machine machine;
  machine.endpoint("01:00.0", {"00:01.0"});
  EXPECT_EQ(machine.groups(), "?");
}

/// A Ryzen of 2017 as its kernel grouped it: lspci -vv in a letter to dri-devel of 2020-11-02
/// (20201102134627.GA18463). Conventional where lspci tells of no Express capability.
TEST(Isolation, AsTheKernelOfARealMachineSays) {
  using enum PcieType;
  constexpr Acs port = {0x5f, 0x1d}, internal = {0x03, 0x01}, none = {};
  const std::string gpp = "00:01.3", chip = "02:00.2";
  const struct {
    const char* address;
    std::vector<std::string> path;
    std::optional<PcieType> type;
    std::optional<Acs> acs;
    int group;
  } functions[] = {
      {"00:01.0", {}, {}, {}, 0},
      {"00:01.1", {}, root_port, port, 1},
      {"00:01.3", {}, root_port, port, 2},
      {"00:02.0", {}, {}, {}, 3},
      {"00:03.0", {}, {}, {}, 4},
      {"00:03.1", {}, root_port, port, 5},
      {"00:04.0", {}, {}, {}, 6},
      {"00:07.0", {}, {}, {}, 7},
      {"00:07.1", {}, root_port, internal, 8},
      {"00:08.0", {}, {}, {}, 9},
      {"00:08.1", {}, root_port, internal, 10},
      {"00:14.0", {}, {}, {}, 11},
      {"00:14.3", {}, {}, {}, 11},
      {"00:18.0", {}, {}, {}, 12},
      {"00:18.1", {}, {}, {}, 12},
      {"00:18.7", {}, {}, {}, 12},
      {"01:00.0", {"00:01.1"}, endpoint, {}, 13},
      {"02:00.0", {gpp}, legacy_endpoint, {}, 14},
      {"02:00.1", {gpp}, legacy_endpoint, {}, 14},
      {"02:00.2", {gpp}, upstream_port, {}, 14},
      {"03:00.0", {gpp, chip}, downstream_port, {}, 14},
      {"03:01.0", {gpp, chip}, downstream_port, {}, 14},
      {"03:04.0", {gpp, chip}, downstream_port, {}, 14},
      {"04:00.0", {gpp, chip, "03:00.0"}, endpoint, {}, 14},
      {"05:00.0", {gpp, chip, "03:01.0"}, pcie_to_pci_bridge, {}, 14},
      {"08:00.0", {"00:03.1"}, legacy_endpoint, {}, 15},
      {"08:00.1", {"00:03.1"}, legacy_endpoint, {}, 15},
      {"09:00.0", {"00:07.1"}, endpoint, none, 16},
      {"09:00.2", {"00:07.1"}, endpoint, none, 17},
  };
  Machine machine;
  for (const auto& one : functions) {
    auto& config = machine.add(one.address, one.path, one.type.value_or(endpoint), one.acs).config;
    config->multifunction = at(one.address).function == 0;
    if (!one.type) config->pcie.reset();
  }
  const auto groups = isolation_groups(machine.host);
  for (const auto& one : functions)
    for (const auto& other : functions)
      EXPECT_EQ(groups.at(at(one.address)) == groups.at(at(other.address)),
                one.group == other.group)
          << one.address << " and " << other.address;
}

TEST(Isolation, OfARecordedHost) {
  const auto groups = isolation_groups(recorded("xcp-ng-8.3"));
  EXPECT_EQ(groups.at(at("3b:00.1")), at("3b:00.0"));
  EXPECT_EQ(groups.at(at("89:00.1")), at("89:00.1"));
  EXPECT_EQ(groups.at(at("03:00.0")), at("02:00.0"));
  EXPECT_EQ(groups.size(), recorded("xcp-ng-8.3").functions.size());
}

}  // namespace
}  // namespace pci_passthrough
