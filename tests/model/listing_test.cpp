#include "plugin/model/listing.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <functional>
#include <set>

#include "plugin/model/listing_json.hpp"
#include "plugin/model/text.hpp"
#include "tests/support/put_listing.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

using boost::json::object;

object json_of(const Listing& listing) {
  object all;
  put_listing(all, listing);
  return all;
}

/// Through the text, as a reply comes.
std::optional<Listing> read(std::string_view text) {
  return read_listing(boost::json::parse(text).as_object());
}

Listing read_back(const Listing& listing) { return read(ascii_json(json_of(listing))).value(); }

ListedDevice device_with(std::string_view members) {
  return read(R"({"devices":[{"address":"0000:06:00.0","used_by":[])" + std::string(members) +
              "}]}")
      .value()
      .devices.at(0);
}

/// A device with this many of its facts known, in the order of the reply.
Listing knowing(std::size_t facts) {
  ListedDevice device;
  device.address = at("10000:e1:00.0");
  ListedCapabilities all;
  const std::vector<std::function<void()>> steps = {
      [&] {
        device.path = std::vector{at("00:1c.0"), at("02:00.0")};
      },
      [&] { device.vendor_id = 0x8086; },
      [&] { device.device_id = 0x0a54; },
      [&] { device.subsystem_vendor_id = 0x0001; },
      [&] { device.subsystem_device_id = 0; },
      [&] { device.class_id = 0x0108; },
      [&] { device.prog_if = 2; },
      [&] { device.revision = 0xff; },
      [&] { device.vendor = "Intel \"\\\n\xc3\xa4"; },
      [&] { device.device = "SSD"; },
      [&] { device.subsystem = "DC P4510"; },
      [&] { device.class_name = "NVMe"; },
      [&] { device.header_type = 0; },
      [&] { device.numa_node = -1; },
      [&] { device.boot_vga = false; },
      [&] { device.driver = ""; },
      [&] { device.driver = "pciback"; },
      [&] { device.dom0_access = Dom0Access::enable_on_reboot; },
      [&] { device.physical_function = at("06:00.0"); },
      [&] {
        device.virtual_functions = {at("06:10.0"), at("06:10.2")};
      },
      [&] { device.isolation_group = at("06:00.0"); },
      [&] { device.reset.emplace(); },
      [&] { device.reset_hits = {at("06:00.1")}; },
      [&] {
        device.reset = {"flr", "bus"};
      },
      [&] { device.capabilities = all; },
      [&] { all.pcie.emplace(); },
      [&] {
        all.pcie = ListedPcie{"", true, {}};
      },
      [&] {
        all.pcie = ListedPcie{"root port", false, false};
      },
      [&] { all.msi.emplace(); },
      [&] {
        all.msix = Vectors{129, true};
      },
      [&] { all.af_flr.emplace(); },
      [&] { all.no_soft_reset = std::optional(false); },
      [&] {
        all.acs = ListedAcs{{"SV", "RR"}, {}};
      },
      [&] { all.total_vfs = std::optional(63u); },
      [&] { all.serial = std::optional<std::string>("a0-36"); },
      [&] { device.capabilities = all; },
      [&] {
        device.used_by = {{"mount", "/", true}, {"disk", "sda", false}};
      },
      [&] { device.vms.emplace(); },
      [&] {
        device.vms = {{"uuid-nas", "nas", "Running"}};
      },
      [&] { device.findings.emplace(); },
      [&] { device.findings = {"acs-missing"}; },
  };
  for (std::size_t i = 0; i < facts && i < steps.size(); ++i) steps[i]();
  Listing listing{{}, {device}, {}};
  if (facts <= steps.size()) return listing;
  listing.host = {"uuid", "xen1", "XCP-ng", "8.3.0", "grub", "/boot/grub.cfg", true, false};
  listing.unreadable = {{"/proc/mdstat", "No such file or directory"}};
  return listing;
}

TEST(Listing, WhateverIsKnownOfADeviceIsReadBack) {
  std::set<std::string> different;
  for (std::size_t facts = 0; facts <= 42; ++facts) {
    const auto listing = knowing(facts);
    EXPECT_EQ(read_back(listing), listing) << facts << ": " << ascii_json(json_of(listing));
    EXPECT_EQ(read_listing(json_of(listing)), listing) << facts << ", not through the text";
    different.insert(ascii_json(json_of(listing)));
  }
  EXPECT_GE(different.size(), 33u) << "the facts show";
}

TEST(Listing, AbsentIsUnknownAndNullIsNone) {
  const auto bare = device_with("");
  EXPECT_FALSE(bare.driver || bare.path || bare.vms || bare.findings || bare.capabilities);
  EXPECT_EQ(device_with(R"(,"driver":null)").driver, "");
  EXPECT_EQ(device_with(R"(,"parent":null)").path, std::vector<PciAddress>{});
  EXPECT_EQ(device_with(R"(,"parent":"00:1c.0")").path, std::vector{at("00:1c.0")});
  const auto capabilities = device_with(R"(,"capabilities":{"msi":null})").capabilities.value();
  EXPECT_TRUE(capabilities.msi && !*capabilities.msi);
  EXPECT_FALSE(capabilities.msix);
}

TEST(Listing, UnknownMembersArePassedOverAndWrongTypesAreUnknown) {
  const auto bare = device_with("");
  for (const char* members : {R"(,"of":"a later version")",
                              R"(,"driver":1)",
                              R"(,"path":"x")",
                              R"(,"path":[1])",
                              R"(,"path":["x"])",
                              R"(,"vendor_id":8086)",
                              R"(,"vendor_id":"8086f")",
                              R"(,"revision":"100")",
                              R"(,"class_id":"")",
                              R"(,"header_type":256)",
                              R"(,"header_type":-1)",
                              R"(,"header_type":"0")",
                              R"(,"numa_node":1.5)",
                              R"(,"boot_vga":"yes")",
                              R"(,"dom0_access":"maybe")",
                              R"(,"dom0_access":1)",
                              R"(,"isolation_group":"x")",
                              R"(,"reset":"flr")",
                              R"(,"reset":[1])",
                              R"(,"reset_hits":[null])",
                              R"(,"capabilities":[])",
                              R"(,"findings":{})",
                              R"(,"virtual_functions":1)",
                              R"(,"vendor":{})"})
    EXPECT_EQ(device_with(members), bare) << members;
  const auto nothing = device_with(R"(,"capabilities":{})");
  for (const char* inside :
       {R"("pcie":1)", R"("pcie":{"type":1,"flr":true})", R"("msi":{"vectors":-1,"enabled":true})",
        R"("msix":{"vectors":1})", R"("af_flr":"yes")", R"("acs":{"can":[]})",
        R"("acs":{"can":[1],"does":[]})", R"("total_vfs":5000000000)", R"("serial":1)"})
    EXPECT_EQ(device_with(R"(,"capabilities":{)" + std::string(inside) + "}"), nothing) << inside;
}

TEST(Listing, IsByAddress) {
  const auto listing = read(R"({"name":"xen1","devices":[{"address":"07:00.0","used_by":[]},
    {"address":"06:00.0","used_by":[]}]})")
                           .value();
  EXPECT_EQ(listing.devices.at(0).address, at("06:00.0"));
  EXPECT_EQ(listing.find(at("07:00.0")), &listing.devices.at(1));
  EXPECT_EQ(listing.find(at("06:00.1")), nullptr);
  EXPECT_EQ(listing.host.name, "xen1") << "a pool's row is its own host";
}

}  // namespace
}  // namespace pci_passthrough
