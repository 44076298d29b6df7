#include "plugin/host/json_numbers.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace pci_passthrough {
namespace {

std::string cleaned(const std::vector<std::string_view>& pieces) {
  JsonNumbers numbers;
  std::string text;
  for (const auto piece : pieces) text += numbers.cleaned(piece);
  return text;
}

TEST(JsonNumbers, WhatIsNoNumberIsZeroOutsideOfStringsAlone) {
  const std::pair<std::string_view, std::string_view> cases[] = {
      {R"([NaN,nan,Infinity,-Infinity,inf,-inf])", R"([0,0,0,-0,0,-0])"},
      {R"([true,false,null,1e5,1E5,2.5e-7])", R"([true,false,null,1e5,1E5,2.5e-7])"},
      {R"({"NaN":"NaN","a \"inf\" b":"inf\\"})", R"({"NaN":"NaN","a \"inf\" b":"inf\\"})"},
      {R"(["\\",NaN,"\\\"",nan,"\\\\",inf])", R"(["\\",0,"\\\"",0,"\\\\",0])"},
      {R"(["",NaN,"\u0022NaN",NaN])", R"(["",0,"\u0022NaN",0])"},
  };
  for (const auto& [text, wanted] : cases) {
    EXPECT_EQ(cleaned({text, " "}), std::string(wanted) + " ");
    for (std::size_t one = 0; one <= text.size(); ++one)
      for (std::size_t two = one; two <= text.size(); ++two)
        EXPECT_EQ(cleaned({text.substr(0, one), text.substr(one, two - one), text.substr(two)}),
                  wanted)
            << text << " cut at " << one << " and " << two;
  }
}

}  // namespace
}  // namespace pci_passthrough
