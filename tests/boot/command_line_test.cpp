#include "plugin/boot/command_line.hpp"

#include <gtest/gtest.h>

namespace pci_passthrough {
namespace {

using Kind = PcibackKind;

std::vector<std::string> values(const std::vector<Argument>& arguments) {
  std::vector<std::string> result;
  for (const auto& argument : arguments) result.push_back(argument.value);
  return result;
}

TEST(CommandLine, SplitsAsTheKernelDoes) {
  const struct {
    const char* text;
    std::vector<std::string> values;
  } cases[] = {
      {"", {}},
      {" \t\n ", {}},
      {"ro quiet", {"ro", "quiet"}},
      {"  ro\t quiet ", {"ro", "quiet"}},
      {"a=\"b c\" d", {"a=b c", "d"}},
      {"\"a=b c\" d", {"a=b c", "d"}},
      {"a\"b c\"d", {"a\"b c\"d"}},
      {"a=b\"c d\"", {"a=b\"c d\""}},
      {"a=\"b c", {"a=b c"}},
      {"\"a b", {"a b"}},
      {"\"\"", {""}},
      {"a=\"", {"a="}},
      {"a=\"\" b", {"a=", "b"}},
      {"\"a=\"b\"\" c", {"a=b\"", "c"}},
      {"a\xa0"
       "b",
       {"a", "b"}},
  };
  for (const auto& [text, expected] : cases)
    EXPECT_EQ(values(split_command_line(text)), expected) << text;
}

TEST(CommandLine, PositionsCountQuotesAndTheOffset) {
  const std::string_view text = "ro  a=\"b c\" \"x y\"";
  const auto arguments = split_command_line(text, 100);
  ASSERT_EQ(arguments.size(), 3u);
  const char* raw[] = {"ro", "a=\"b c\"", "\"x y\""};
  for (std::size_t i = 0; i < 3; ++i) {
    const auto& [value, begin, end, open_before, open_after] = arguments[i];
    EXPECT_EQ(text.substr(begin - 100, end - begin), raw[i]);
  }
}

TEST(HideArguments, EachKernelReadsItsOwnName) {
  const struct {
    const char* line;
    Kind kind;
    std::size_t read, ignored;
    std::optional<std::string_view> value;
  } cases[] = {
      {"ro xen-pciback.hide=(06:00.0)", Kind::pvops, 1, 0, "(06:00.0)"},
      {"ro xen_pciback.hide=(06:00.0)", Kind::pvops, 1, 0, "(06:00.0)"},
      {"xen-pciback.hide=", Kind::pvops, 1, 0, ""},
      {"pciback.hide=(06:00.0)", Kind::pvops, 0, 1, {}},
      {"pciback.hide=(06:00.0)", Kind::classic, 1, 0, "(06:00.0)"},
      {"xen-pciback.hide=(06:00.0)", Kind::classic, 0, 1, {}},
      {"xen-pciback.hide=a xen_pciback.hide=b", Kind::pvops, 2, 0, "b"},
      {"pciback.hide=a xen-pciback.hide=b", Kind::pvops, 1, 1, "b"},
      {"xen-pciback.hide", Kind::pvops, 0, 0, {}},
      {"xen-pciback.hidex=a XEN-pciback.hide=a xen-pciback.permissive=1", Kind::pvops, 0, 0, {}},
      {"\"xen-pciback.hide=(06:00.0) (07:00.0)\"", Kind::pvops, 1, 0, "(06:00.0) (07:00.0)"},
      {"xen-pciback.hide=\"(06:00.0) (07:00.0)\"", Kind::pvops, 1, 0, "(06:00.0) (07:00.0)"},
  };
  for (const auto& [line, kind, read, ignored, value] : cases) {
    const auto found = find_hide_arguments(split_command_line(line), kind);
    EXPECT_EQ(found.read.size(), read) << line;
    EXPECT_EQ(found.ignored.size(), ignored) << line;
    EXPECT_EQ(found.value(), value) << line;
    EXPECT_EQ(found.empty(), read + ignored == 0) << line;
  }
}

TEST(HideArguments, TheListIsWhatTheKernelHides) {
  const auto list = [](const char* line, Kind kind) {
    return find_hide_arguments(split_command_line(line), kind).list();
  };
  const auto address = *PciAddress::parse("06:00.0");
  EXPECT_TRUE(list("xen-pciback.hide=(0000:06:00.0)", Kind::pvops).names(address));
  EXPECT_FALSE(list("pciback.hide=(0000:06:00.0)", Kind::pvops).names(address));
  EXPECT_TRUE(list("xen-pciback.hide=(06:*.*)", Kind::pvops).names(address));
  EXPECT_TRUE(list("pciback.hide=(06:*.*)", Kind::classic).error);
  EXPECT_FALSE(list("xen-pciback.hide=", Kind::pvops).error);
  EXPECT_FALSE(list("ro", Kind::pvops).error);
  EXPECT_EQ(list("xen-pciback.hide=(06:00.0) (07:00.0)", Kind::pvops).rules.size(), 1u);
  EXPECT_EQ(list("xen-pciback.hide=\"(06:00.0) (07:00.0)\"", Kind::pvops).rules.size(), 2u);
}

TEST(HideArguments, ValueIsWhatStandsBehindTheName) {
  EXPECT_EQ(argument_value({"a=b=c", 0, 5}), "b=c");
  EXPECT_EQ(argument_value({"a=", 0, 2}), "");
  EXPECT_EQ(argument_value({"a", 0, 1}), "");
}

}  // namespace
}  // namespace pci_passthrough
