/// What the kernel makes of what GRUB hands on: its own split, its own end, and the way back into
/// the file. The oracle is the kernel's next_arg over GRUB's line.
#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/dice.hpp"
#include "tests/boot/next_arg.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough::kernels_eye {
namespace {

constexpr auto pvops = PcibackKind::pvops;

BootFile with_line(std::string_view line) {
  return parse_grub(one_entry("multiboot2 /xen\nmodule2 /vmlinuz-4.19-xen " + std::string(line) +
                              "\nmodule2 /initrd"));
}

std::vector<std::string> values(const std::vector<Argument>& arguments) {
  std::vector<std::string> result;
  for (const auto& argument : arguments) result.push_back(argument.value);
  return result;
}

TEST(KernelsEye, OneWordOfGrubMayBeSeveralArguments) {
  const struct {
    const char* line;
    std::vector<std::string> arguments;
  } cases[] = {
      {"quiet\xc2\xa0xen-pciback.hide=(1:0.0)", {"quiet\xc2", "xen-pciback.hide=(1:0.0)"}},
      {"x\vxen-pciback.hide=(1:0.0)", {"x", "xen-pciback.hide=(1:0.0)"}},
      {"x\fy", {"x", "y"}},
      {"'x\ty z'", {"x\ty z"}},
      {"'x\ty'", {"x", "y"}},
      {"'x\n y'z", {"x\n yz"}},
      {"\"a\tb\"'c\td'", {"a", "bc", "d"}},
      {"'g\"h i'", {"g\\\"h", "i\""}},
      {"a='b\"c'd'e\"f'", {"a=b\\\"cde\\\"f"}},
  };
  for (const auto& [line, arguments] : cases) {
    const auto file = with_line(line);
    EXPECT_EQ(values(file.entries.at(0).arguments), arguments) << line;
  }
}

TEST(KernelsEye, NothingBehindTwoDashesIsTheKernels) {
  const struct {
    const char *line, *own, *init;
  } cases[] = {{"ro -- xen-pciback.hide=(1:0.0)", "ro", "--"},
               {"ro '--' a", "ro", "'--'"},
               {"ro --x a", "a", ""},
               {"ro --= a", "a", ""},
               {"ro\v-- a", "ro", "--"}};
  for (const auto& [line, own, init] : cases) {
    const auto file = with_line(line);
    const auto& entry = file.entries.at(0);
    EXPECT_EQ(raw(file, entry.arguments.back()), own) << line;
    EXPECT_EQ(entry.init_arguments.empty() ? "" : raw(file, entry.init_arguments.front()), init);
    const auto hidden = parse_grub(edit_hide_lists(file, {{0, pvops, "(0000:06:00.0)"}}));
    const auto found = find_hide_arguments(hidden.entries.at(0).arguments, pvops);
    EXPECT_EQ(found.value(), "(0000:06:00.0)") << hidden.text;
  }
}

TEST(KernelsEye, OlderKernelsReadOn) {
  const struct {
    const char* release;
    bool stops;
  } cases[] = {{"2.6.32.43-0.4.1.xs1.8.0.835.170778xen", false},
               {"3.10.0+2", false},
               {"3.14", false},
               {"3.15.0", true},
               {"4.4-xen", true},
               {"4.19.0+1", true},
               {"6.6.98+0", true},
               {"", true},
               {"fallback", true},
               {"4", true}};
  for (const auto& [release, stops] : cases) EXPECT_EQ(stops_at_dashes(release), stops) << release;
  const auto old = parse_grub(one_entry("multiboot2 /xen\nmodule2 /vmlinuz-3.10-xen a -- b"));
  EXPECT_EQ(values(old.entries.at(0).arguments), (std::vector<std::string>{"a", "--", "b"}));
}

std::string random_line(Dice& dice) {
  constexpr std::string_view pieces[] = {"ro", "a=b",  "xen-pciback.hide=(1:0.0)",
                                         "'",  "\"",   "\\",
                                         " ",  "\t",   "\v",
                                         "\f", "\xa0", "\\ ",
                                         "''", "\\\"", "--",
                                         "x",  "=",    "\\\n",
                                         "$v", "\r",   "é"};
  std::string line;
  for (auto count = 1 + dice.below(12); count > 0; --count) line += dice.one_of(pieces);
  return line;
}

TEST(KernelsEye, GeneratedLinesAreSplitAsNextArgSplitsThem) {
  Dice dice{std::mt19937(7)};
  std::size_t split = 0, unbalanced = 0;
  for (int round = 0; round < 6000; ++round) {
    const auto file = with_line(random_line(dice));
    if (file.entries.size() != 1 || !file.entries[0].is_xen) continue;
    const auto& entry = file.entries[0];
    auto own = values(entry.arguments), init = values(entry.init_arguments);
    own.insert(own.end(), init.begin(), init.end());
    ASSERT_EQ(own, arguments_by_next_arg(entry.command_line)) << file.text;
    ++split;
    std::size_t last_end = 0;
    for (const auto& argument : entry.arguments) {
      ASSERT_LT(last_end, argument.begin) << file.text;
      ASSERT_LE(argument.begin, argument.end) << file.text;
      ASSERT_TRUE(argument.begin < argument.end || &argument == &entry.arguments.back())
          << file.text;
      last_end = argument.end;
      unbalanced += argument.quote_at_begin != argument.quote_at_end;
    }
  }
  EXPECT_GT(split, 900u);
  EXPECT_GT(unbalanced, 15u);
}

/// Whatever stands around a list: the edited one is the only change that the kernel sees.
TEST(KernelsEye, AnEditReplacesJustTheList) {
  Dice dice{std::mt19937(8)};
  std::size_t edited = 0;
  for (int round = 0; round < 6000; ++round) {
    const auto file = with_line(random_line(dice));
    if (file.error || file.entries.at(0).has_variables) continue;
    const auto& entry = file.entries[0];
    auto expected = values(entry.arguments);
    const std::string list = "xen-pciback.hide=(0000:06:00.0)";
    const auto is_list = [](const std::string& value) {
      return value.starts_with("xen-pciback.hide=");
    };
    const bool stood = std::ranges::any_of(expected, is_list);
    if (stood) *std::ranges::find_if(expected.rbegin(), expected.rend(), is_list) = list;
    std::erase_if(expected, [&](const auto& value) { return is_list(value) && value != list; });
    if (!stood) expected.push_back(list);
    const auto after = parse_grub(edit_hide_lists(file, {{0, pvops, "(0000:06:00.0)"}}));
    auto seen = values(after.entries.at(0).arguments);
    if (!stood) std::ranges::sort(expected), std::ranges::sort(seen);
    ASSERT_EQ(seen, expected) << file.text << after.text;
    ++edited;
  }
  EXPECT_GT(edited, 600u);
}

}  // namespace
}  // namespace pci_passthrough::kernels_eye
