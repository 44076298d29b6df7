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
            misuse +
                "a picture is of one host; ask each host of the pool for its own, without "
                "scope");
  EXPECT_EQ(refused(host, "list", {{"format", "svg"}, {"width", "thin"}}),
            misuse + "the argument width takes wide|narrow, not 'thin'");
  EXPECT_EQ(refused(host, "list", {{"format", "svg"}, {"style", "dark"}}),
            misuse + "the argument style takes none, not 'dark'");
  EXPECT_EQ(refused(host, "list", {{"width", "narrow"}}),
            misuse + "the argument width is of a picture; give format=svg with it");
  EXPECT_EQ(refused(host, "verify", {{"format", "svg"}}),
            misuse + "the argument format takes json or text, not 'svg'");
  EXPECT_EQ(refused(host, "list", {{"format", "png"}}),
            misuse + "the argument format takes json, text or svg, not 'png'");
}

}  // namespace
}  // namespace pci_passthrough
