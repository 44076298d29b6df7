#include <gtest/gtest.h>

#include <pugixml.hpp>
#include <regex>

#include "plugin/model/text.hpp"
#include "plugin/picture/picture.hpp"
#include "tests/picture/listed.hpp"
#include "tests/support/put_listing.hpp"

namespace pci_passthrough::picture {
namespace {

const std::set<std::string> elements = {"svg",  "style", "title",  "desc", "g",
                                        "rect", "path",  "circle", "text"};
const std::set<std::string> attributes = {"xmlns",
                                          "width",
                                          "height",
                                          "viewBox",
                                          "font-family",
                                          "font-size",
                                          "class",
                                          "x",
                                          "y",
                                          "rx",
                                          "fill",
                                          "stroke",
                                          "role",
                                          "stroke-width",
                                          "d",
                                          "cx",
                                          "stroke-dasharray",
                                          "font-weight",
                                          "color",
                                          "text-anchor",
                                          "tabindex",
                                          "focusable",
                                          "data-address",
                                          "aria-label",
                                          "cy",
                                          "r",
                                          "textLength",
                                          "lengthAdjust"};

struct Seen : pugi::xml_tree_walker {
  std::set<std::string> elements, attributes;
  std::vector<std::string> functions;
  bool for_each(pugi::xml_node& node) override {
    if (node.type() == pugi::node_element) elements.insert(node.name());
    for (const auto& attribute : node.attributes()) attributes.insert(attribute.name());
    if (const auto address = node.attribute("data-address")) {
      functions.emplace_back(address.value());
      EXPECT_STREQ(node.attribute("tabindex").value(), "0");
      EXPECT_STREQ(node.attribute("focusable").value(), "true");
      EXPECT_NE(std::string(node.attribute("aria-label").value()), "");
      EXPECT_STREQ(node.first_child().name(), "title");
      EXPECT_STREQ(node.first_child().next_sibling().name(), "desc");
    }
    return true;
  }
};

Seen seen_in(const std::string& svg) {
  pugi::xml_document document;
  EXPECT_TRUE(document.load_buffer(svg.data(), svg.size())) << svg.substr(0, 200);
  Seen seen;
  document.traverse(seen);
  return seen;
}

TEST(Svg, IsOneLineOfKnownElementsAndReachesOutToNothing) {
  for (const auto& [name, listing] : all_listings())
    for (const bool narrow : {false, true}) {
      const auto svg = picture_of(listing, {narrow, true});
      EXPECT_EQ(svg.find('\n'), std::string::npos) << name;
      EXPECT_EQ(valid_text(svg), svg) << name;
      const auto seen = seen_in(svg);
      for (const auto& element : seen.elements) EXPECT_TRUE(elements.contains(element)) << element;
      for (const auto& attribute : seen.attributes)
        EXPECT_TRUE(attributes.contains(attribute)) << attribute;
      EXPECT_EQ(svg.find("url("), std::string::npos) << name;
      EXPECT_EQ(svg.find("@import"), std::string::npos) << name;
      EXPECT_EQ(std::set(seen.functions.begin(), seen.functions.end()).size(),
                seen.functions.size())
          << name;
    }
}

TEST(Svg, IsTheSameOfTheSameAndOfAListingReadBack) {
  for (const auto& [name, listing] : all_listings()) {
    boost::json::object reply;
    put_listing(reply, listing);
    EXPECT_EQ(picture_of(listing), picture_of(read_listing(reply).value())) << name;
  }
}

TEST(Svg, SaysThatTheFunctionsAreUnknown) {
  const auto listing = listed(with_functions_unread(recorded(nas)));
  for (const bool narrow : {false, true}) {
    const auto svg = picture_of(listing, {narrow, false});
    EXPECT_NE(svg.find("not read: /sys/bus/pci/devices"), std::string::npos);
    for (const char* untrue : {"nothing", "no function", "xapi does not answer"})
      EXPECT_EQ(svg.find(untrue), std::string::npos) << untrue;
  }
}

TEST(Svg, HasNoStyleWhereThePageBringsItsOwn) {
  const auto listing = listed(recorded(nas));
  const auto with = picture_of(listing), without = picture_of(listing, {false, false});
  EXPECT_TRUE(seen_in(with).elements.contains("style"));
  EXPECT_FALSE(seen_in(without).elements.contains("style"));
  EXPECT_EQ(without.find("style="), std::string::npos);
  EXPECT_EQ(std::regex_replace(with, std::regex("<style>[^<]*</style>"), ""), without);
}

TEST(Svg, OfThirtyEightFunctionsIsSmall) {
  const auto listing = listed(recorded(nas));
  ASSERT_EQ(listing.devices.size(), 38u);
  EXPECT_LT(picture_of(listing).size(), 30000u);
  EXPECT_LT(picture_of(listing, {true, true}).size(), 30000u);
  for (const bool alike : {true, false})
    EXPECT_LT(picture_of(generated(4096, alike)).size(), 300000u);
}

TEST(Svg, NamesFromAHostAreWordsAndNothingElse) {
  std::string endless(4096, 'x');
  for (const std::string& hostile :
       {std::string("<script>alert(1)</script>"), std::string("]]>\"'&--><g>"), endless,
        std::string("\u202eabc\u200f\x01\x1b[31m"), std::string("\u05d0\u05d1\u05d2 \U0001f4be"),
        std::string("\xff\xfe"), std::string("</title><a href=\"x\">")}) {
    auto device = plain_device({});
    device.vendor = device.device = device.class_name = hostile;
    device.driver = hostile;
    device.used_by = {{"mount", hostile, true}, {hostile, hostile, false}};
    device.vms = {{"uuid", hostile, hostile}};
    device.reset = {hostile};
    device.findings = {hostile};
    auto other = device;
    other.address.device = 1;
    other.isolation_group = device.address;
    auto listing = listing_with({device, other});
    listing.host.name = listing.host.product = listing.host.version = hostile;
    for (const bool narrow : {false, true}) {
      const auto svg = picture_of(listing, {narrow, true});
      const auto seen = seen_in(svg);
      for (const auto& element : seen.elements) EXPECT_TRUE(elements.contains(element)) << element;
      EXPECT_EQ(svg.find("\u202e"), std::string::npos);
      EXPECT_LT(svg.size(), 30000u) << "a name of 4 kB is cut in each place";
    }
  }
}

}  // namespace
}  // namespace pci_passthrough::picture
