#include "plugin/plans/selectors.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

using Addresses = std::vector<PciAddress>;

std::vector<DeviceSelector> all_of(const std::vector<std::string>& texts) {
  std::vector<DeviceSelector> all;
  for (const auto& text : texts) all.push_back(DeviceSelector::parse(text).value());
  return all;
}

Addresses selected(const Analysis& host, const std::vector<std::string>& texts) {
  return select_devices(host, all_of(texts)).devices;
}

std::string refusal_of(const Analysis& host, const std::string& text) {
  try {
    selected(host, {text});
    return "";
  } catch (const Failure& failure) {
    return failure.code + ": " + failure.sentence;
  }
}

Addresses where(const Analysis& host, auto fits) {
  Addresses fitting;
  for (const auto& function : host.snapshot().functions)
    if (!function.is_bridge() && fits(function)) fitting.push_back(function.address);
  return fitting;
}

TEST(Selectors, AreReadOrAreNone) {
  for (const char* good :
       {"06:00.0", "0000:06:00.0", "?06:00.0", "10de:24b0", "10DE:24B0", "?10de:24b0",
        "10de:24b0/1028:14a0", "?10de:24b0/1028:14a0", "group:3b:00.0", "?group:0000:3b:00.0",
        "slot:3b:00", "?slot:10000:e1:00"})
    EXPECT_TRUE(DeviceSelector::parse(good)) << good;
  for (const char* bad : {"",
                          "?",
                          "??10de:24b0",
                          "none",
                          "?none",
                          "10de",
                          "10de:",
                          "10de:24b",
                          "10de:24b00",
                          "10de:24b0/",
                          "10de:24b0/1028",
                          "10de:24b0/1028:14a0/",
                          "10de:24g0",
                          "+0de:24b0",
                          "0x10:24b0",
                          "group:",
                          "group:10de:24b0",
                          "group:?3b:00.0",
                          "slot:3b:00.0",
                          "slot:",
                          "slot:20",
                          "3b:00",
                          "3b:00.*",
                          "06:00.8",
                          "06:20.0",
                          "model:10de:24b0",
                          "10de:24b0?"})
    EXPECT_FALSE(DeviceSelector::parse(bad)) << bad;
}

TEST(Selectors, OfEachFunctionOfEachHost) {
  for (const auto& name : recorded_hosts()) {
    const Analysis host = recorded(name);
    for (const auto& function : host.snapshot().functions) {
      SCOPED_TRACE(name + " " + function.address.text());
      EXPECT_EQ(selected(host, {function.address.text()}), Addresses{function.address});
      EXPECT_EQ(selected(host, {"?" + function.address.text()}), Addresses{function.address});
      if (!function.vendor_id || !function.device_id) continue;
      const auto model = fmt::format("{:04x}:{:04x}", *function.vendor_id, *function.device_id);
      const auto alike = where(host, [&](const Function& other) {
        return other.vendor_id == function.vendor_id && other.device_id == function.device_id;
      });
      const auto address = function.address.text();
      const auto slot = "slot:" + address.substr(0, address.find('.'));
      EXPECT_EQ(selected(host, {"?" + model}), alike);
      EXPECT_EQ(selected(host, {"?" + slot}), where(host, [&](const Function& other) {
                  return other.address.text().starts_with(slot.substr(5) + ".");
                }));
      if (alike.empty())
        EXPECT_TRUE(refusal_of(host, model).starts_with("PCI_PASSTHROUGH_UNKNOWN_DEVICE"));
      if (function.is_bridge()) continue;
      EXPECT_EQ(selected(host, {model}), alike);
      const auto& groups = host.hardware().groups;
      if (!groups.contains(function.address)) {
        EXPECT_NE(refusal_of(host, "?group:" + address), "");
        continue;
      }
      EXPECT_EQ(selected(host, {"group:" + address}), where(host, [&](const Function& other) {
                  const auto group = groups.find(other.address);
                  return group != groups.end() && group->second == groups.at(function.address);
                }));
      if (!function.subsystem_vendor_id || !function.subsystem_device_id) continue;
      const auto whole = fmt::format("{}/{:04x}:{:04x}", model, *function.subsystem_vendor_id,
                                     *function.subsystem_device_id);
      const auto found = selected(host, {whole});
      EXPECT_TRUE(std::ranges::includes(alike, found));
      EXPECT_EQ(std::ranges::count(found, function.address), 1);
    }
  }
}

TEST(Selectors, EachDeviceOnceInTheOrderOfTheSelectors) {
  const Analysis host = recorded(nas);
  const auto selection =
      select_devices(host, all_of({"18:00.0", "slot:3b:00", "10de:24b0", "?8086:0000"}));
  EXPECT_EQ(selection.devices, all_at({"18:00.0", "3b:00.0", "3b:00.1"}));
  ASSERT_EQ(selection.parts.size(), 4u);
  EXPECT_EQ(selection.parts[2].text, "10de:24b0");
  EXPECT_EQ(selection.parts[2].devices, all_at({"3b:00.0"}));
  EXPECT_TRUE(selection.parts[3].devices.empty());
  EXPECT_TRUE(select_devices(host, all_of({"18:00.0", "3b:00.0"})).parts.empty());
}

TEST(Selectors, WhatFitsNothingIsAnErrorUnlessItMayBeAbsent) {
  const Analysis host = recorded(nas);
  EXPECT_EQ(refusal_of(host, "10de:0000"),
            "PCI_PASSTHROUGH_UNKNOWN_DEVICE: no PCI function of this host fits '10de:0000'; list "
            "shows those that are there, and ?10de:0000 may be absent");
  for (const char* absent : {"?10de:0000", "?group:ff:00.0", "?slot:ff:00", "?ff:00.0"})
    EXPECT_TRUE(selected(host, {absent}).empty()) << absent;
  EXPECT_EQ(selected(host, {"ff:00.0"}), all_at({"ff:00.0"}));  // a rule may still name it
}

TEST(Selectors, WhatCannotBeReadIsNotAbsent) {
  auto host = recorded(nas);
  host.functions.back().device_id.reset();
  EXPECT_TRUE(refusal_of(host, "?10de:0000").find("cannot read") != std::string::npos);
  EXPECT_EQ(refusal_of(host, "?ff:00.0"), "");
}

TEST(Selectors, NoneReachesABridge) {
  for (const auto& name : recorded_hosts()) {
    const Analysis host = recorded(name);
    for (const auto& function : host.snapshot().functions) {
      if (function.is_bridge() || !function.vendor_id || !function.device_id) continue;
      const auto address = function.address.text();
      const bool is_grouped = host.hardware().groups.contains(function.address);
      for (const auto& text : {(is_grouped ? "group:" : "?") + address,
                               "slot:" + address.substr(0, address.find('.'))})
        for (const auto& device : selected(host, {text}))
          EXPECT_FALSE(host.find(device)->is_bridge()) << name << " " << text;
    }
  }
}

TEST(Selectors, FitSomethingUnknownWhereTheFunctionsAreUnknown) {
  const auto host = with_functions_unread(recorded("xcp-ng-8.3"));
  for (const std::string text : {"?06:00.0", "10de:24b0", "?10de:24b0", "group:3b:00.0",
                                 "?group:3b:00.0", "slot:3b:00", "?slot:3b:00"})
    EXPECT_EQ(refusal_of(host, text), "PCI_PASSTHROUGH_UNKNOWN_DEVICE: unknown what '" + text +
                                          "' fits: cannot read /sys/bus/pci/devices "
                                          "(Input/output error)");
}

}  // namespace
}  // namespace pci_passthrough
