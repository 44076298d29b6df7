#include "plugin/pci/vm_entry.hpp"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

using Texts = std::vector<std::string>;

/// "0/0000:06:00.0" as xapi reads it: out of range too.
std::string read(const VmDevice& device) {
  return std::to_string(device.number) + "/" + device.address->text();
}

Texts read_by_xapi(std::string_view text) {
  Texts texts;
  for (const auto& device : parse_vm_entry(text).devices)
    if (device.read) texts.push_back(read(device));
  return texts;
}

Texts plugged(std::string_view text) {
  Texts texts;
  for (const auto& address : parse_vm_entry(text).plugged()) texts.push_back(address.text());
  return texts;
}

/// The answers of OCaml 4.13's Scanf.sscanf to pciops.ml's expression.
TEST(VmEntry, ReadsWhatScanfReads) {
  const struct {
    const char* text;
    const char* read;  ///< "" dropped
  } cases[] = {
      {"0/0000:06:00.0", "0/0000:06:00.0"},
      {"0/0000:06:00.0 ", "0/0000:06:00.0"},
      {"0/0:6:0.0", "0/0000:06:00.0"},
      {"0/0000:AF:1F.7", "0/0000:af:1f.7"},
      {"0/0000:06:20.0", "0/0000:06:20.0"},
      {"0/0000:06:00.f", "0/0000:06:00.f"},
      {"0/0000:06:00.01", "0/0000:06:00.0"},
      {"0/0000:06:00.1_", "0/0000:06:00.1"},
      {"-1/0000:06:00.0", "-1/0000:06:00.0"},
      {"+1/0000:06:00.0", "1/0000:06:00.0"},
      {"007/0000:06:00.0", "7/0000:06:00.0"},
      {"1_0/0000:06:00.0", "10/0000:06:00.0"},
      {"0/00_1:06:00.0", "0/0001:06:00.0"},
      {"0/000_:06:00.0", "0/0000:06:00.0"},
      {"0/0000:6_:00.0", "0/0000:06:00.0"},
      {"9999999999/0000:06:00.0", "9999999999/0000:06:00.0"},
      {"4611686018427387903/0000:06:00.0", "4611686018427387903/0000:06:00.0"},
      {"4611686018427387904/0000:06:00.0", ""},
      {" 0/0000:06:00.0", ""},
      {"\t0/0000:06:00.0", ""},
      {"\n0/0000:06:00.0", ""},
      {"0000:06:00.0", ""},
      {"0/06:00.0", ""},
      {"0/10000:06:00.0", ""},
      {"0/00001:06:00.0", ""},
      {"0/0000:006:00.0", ""},
      {"_1/0000:06:00.0", ""},
      {"0x1/0000:06:00.0", ""},
      {"0/0x06:06:00.0", ""},
      {"0 /0000:06:00.0", ""},
      {"0/ 0000:06:00.0", ""},
      {"0/0000: 06:00.0", ""},
      {"0/0000:06:00.*", ""},
      {"0/0000:06:00.g", ""},
      {"0/0000:06:00._1", ""},
      {"0/-001:06:00.0", ""},
      {"0/:06:00.0", ""},
      {"-/0000:06:00.0", ""},
      {"--1/0000:06:00.0", ""},
      {"0/", ""},
      {"", ""},
  };
  for (const auto& [text, wanted] : cases)
    EXPECT_EQ(read_by_xapi(text), *wanted ? Texts{wanted} : Texts{}) << "'" << text << "'";
}

TEST(VmEntry, PlugsByNumberAndReversedWithinOne) {
  const struct {
    const char* text;
    Texts order;
  } cases[] = {
      {"0/0000:0a:00.0,0/0000:0b:00.0,0/0000:0c:00.0",
       {"0000:0c:00.0", "0000:0b:00.0", "0000:0a:00.0"}},
      {"2/0000:0a:00.0,0/0000:0b:00.0,1/0000:0c:00.0",
       {"0000:0b:00.0", "0000:0c:00.0", "0000:0a:00.0"}},
      {"0/0000:0a:00.0,-1/0000:0b:00.0", {"0000:0b:00.0", "0000:0a:00.0"}},
      {"0/0000:0a:00.0,1/0000:0b:00.0,0/0000:0c:00.0",
       {"0000:0c:00.0", "0000:0a:00.0", "0000:0b:00.0"}},
      {"0/0000:0a:00.0,1/0000:0a:00.0", {"0000:0a:00.0"}},
      {"0/0000:0a:00.0, 1/0000:0b:00.0", {"0000:0a:00.0"}},
      {"0/0000:0a:00.0;1/0000:0b:00.0", {"0000:0a:00.0"}},
      {"", {}},
  };
  for (const auto& [text, order] : cases) EXPECT_EQ(plugged(text), order) << text;
}

TEST(VmEntry, WhatEachPieceMeans) {
  using enum EntryFlaw;
  struct Piece {
    EntryFlaw flaw;
    bool read;
    std::string address;  ///< "" cannot be told
  };
  const Piece first = {none, true, "0000:06:00.0"};
  const struct {
    const char* text;
    std::vector<Piece> pieces;
  } cases[] = {
      {"0/0000:06:00.0, 0/0000:07:00.0", {first, {blank_before, false, "0000:07:00.0"}}},
      {" 0/0000:07:00.0", {{blank_before, false, "0000:07:00.0"}}},
      {"0000:07:00.0", {{no_number, false, "0000:07:00.0"}}},
      {"0/07:00.0", {{short_address, false, "0000:07:00.0"}}},
      {"07:00.0", {{short_address, false, "0000:07:00.0"}}},
      {"0/0000:06:00.0, 07:00.0", {first, {short_address, false, "0000:07:00.0"}}},
      {"0/0000:06:00.0;0/0000:07:00.0", {first, {no_comma, false, "0000:07:00.0"}}},
      {"0/0000:06:00.0 0/0000:07:00.0", {first, {no_comma, false, "0000:07:00.0"}}},
      {"0/0000:06:00.0; 0/0000:07:00.0,1/0000:08:00.0",
       {first, {no_comma, false, "0000:07:00.0"}, {none, true, "0000:08:00.0"}}},
      {"0/0000:06:00.0,", {first}},
      {"0/0000:06:00.0,, ", {first}},
      {"0/0000:06:00.01", {{garbage_tail, true, "0000:06:00.0"}}},
      {"0/0000:06:00.0 nas", {{garbage_tail, true, "0000:06:00.0"}}},
      {"0/0000:06:00.00/0000:07:00.0", {{garbage_tail, true, "0000:06:00.0"}}},
      {"0/0000:06:20.0", {{out_of_range, true, "0000:06:20.0"}}},
      {"0/0000:06:00.*", {{not_understood, false, ""}}},
      {"0/10000:06:00.0", {{not_understood, false, ""}}},
      {"nas", {{not_understood, false, ""}}},
  };
  for (const auto& [text, wanted] : cases) {
    const auto devices = parse_vm_entry(text).devices;
    ASSERT_EQ(devices.size(), wanted.size()) << text;
    for (std::size_t i = 0; i < wanted.size(); ++i) {
      EXPECT_EQ(devices[i].flaw, wanted[i].flaw) << text << " " << devices[i].text;
      EXPECT_EQ(devices[i].read, wanted[i].read) << text << " " << devices[i].text;
      EXPECT_EQ(devices[i].address ? devices[i].address->text() : "", wanted[i].address) << text;
    }
  }
}

/// Of the numbers that fit, PCI has 32 devices of 8 functions.
TEST(VmEntry, NoDeviceIsAbove1fAndNoFunctionAbove7) {
  for (unsigned device = 0; device <= 0xff; ++device)
    for (unsigned function = 0; function <= 0xf; ++function) {
      const auto text = fmt::format("0/0000:06:{:02x}.{:x}", device, function);
      const auto read = parse_vm_entry(text).devices;
      ASSERT_EQ(read.size(), 1u) << text;
      const bool is_one = device < 32 && function < 8;
      EXPECT_EQ(read[0].flaw, is_one ? EntryFlaw::none : EntryFlaw::out_of_range) << text;
    }
}

TEST(VmEntry, WritesWhatXapiReadsInTheSameOrder) {
  const auto text =
      write_vm_entry(std::vector<PciAddress>{{0, 7, 0, 0}, {0, 6, 0, 1}, {1, 5, 0, 0}});
  EXPECT_EQ(text, "0/0000:07:00.0,1/0000:06:00.1,2/0001:05:00.0");
  EXPECT_EQ(plugged(text), (Texts{"0000:07:00.0", "0000:06:00.1", "0001:05:00.0"}));
  EXPECT_EQ(write_vm_entry({}), "");
}

}  // namespace
}  // namespace pci_passthrough
