#include <gtest/gtest.h>

#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

std::string drawn(Given given) {
  const auto& list = find_command("list");
  given.emplace_back("format", "svg");
  return list.picture(asked(recorded(nas), "list", given), arguments_of(list, given));
}

TEST(Picture, AsItIsAskedFor) {
  EXPECT_TRUE(drawn({}).starts_with("<svg "));
  EXPECT_NE(drawn({}).find(R"(width="1280")"), std::string::npos);
  EXPECT_EQ(drawn({{"width", "wide"}}), drawn({}));
  EXPECT_NE(drawn({{"width", "narrow"}}).find(R"(width="360")"), std::string::npos);
  EXPECT_EQ(drawn({{"style", "none"}}).find("<style"), std::string::npos);
  EXPECT_NE(drawn({{"devices", "3b:00.0"}}).find(R"(data-address="0000:3b:00.0")"),
            std::string::npos);
  EXPECT_EQ(drawn({{"devices", "3b:00.0"}}).find(R"(data-address="0000:3b:00.1")"),
            std::string::npos);
}

TEST(Picture, IsRefusedInASentence) {
  const std::string misuse = "PCI_PASSTHROUGH_INVALID_ARGUMENT: ";
  const auto& host = recorded(nas);
  EXPECT_EQ(refused(host, "list", {{"scope", "pool"}, {"format", "svg"}}),
            misuse + "a picture shows one host; ask each host of the pool without scope");
  EXPECT_EQ(refused(host, "list", {{"format", "svg"}, {"width", "thin"}}),
            misuse + "invalid width value 'thin'; expected wide or narrow");
  EXPECT_EQ(refused(host, "list", {{"format", "svg"}, {"style", "dark"}}),
            misuse + "invalid style value 'dark'; expected none, or no style");
  EXPECT_EQ(refused(host, "list", {{"width", "narrow"}}),
            misuse + "width describes a picture; give format=svg, too");
  EXPECT_EQ(refused(host, "verify", {{"format", "svg"}}),
            misuse + "invalid format value 'svg'; expected json or text");
  EXPECT_EQ(refused(host, "list", {{"format", "png"}}),
            misuse + "invalid format value 'png'; expected json, text or svg");
}

}  // namespace
}  // namespace pci_passthrough
