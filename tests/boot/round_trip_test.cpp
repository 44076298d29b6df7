/// Adding a list and taking it away again gives the file as it was, whatever stands in it.
#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/dice.hpp"
#include "tests/boot/grub_script_check.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

std::string arguments(Dice& dice, bool grub) {
  constexpr std::string_view plain[] = {"ro",      "quiet", "splash", "a=\"b c\"",    "x=",
                                        "vga=785", "(0:0)", "#no",    "root=LABEL=r", "\xff\xfe"};
  constexpr std::string_view quoted[] = {"'a b'", "\"c $d\"", "e\\ f", "'g\"h\"'", "${i}", "''"};
  constexpr std::string_view gaps[] = {" ", "  ", "\t", " \t "};
  constexpr std::string_view kernel_gaps[] = {"\v", " \f", "\xa0"};
  std::string text;
  for (auto count = dice.below(7); count > 0; --count) {
    const bool for_kernel = !grub && !text.empty() && dice.below(3) == 0;
    text += grub && dice.below(8) == 0 ? " \\\n\t"
            : for_kernel               ? dice.one_of(kernel_gaps)
                                       : dice.one_of(gaps);
    text += grub && dice.below(3) == 0 ? dice.one_of(quoted) : dice.one_of(plain);
  }
  return text;
}

std::string grub_file(Dice& dice) {
  constexpr std::string_view titles[] = {"'XCP-ng %'", "\"a % b\" --class xen",
                                         "--id x% XenServer\\ %", "'%' --unrestricted"};
  constexpr std::string_view heads[] = {"set timeout=5\n",
                                        "\n",
                                        "# it's a comment {\n",
                                        "\t# indented\n",
                                        "if [ -s $prefix/x ]; then load_env; fi\n",
                                        "insmod ext2; true\n"};
  constexpr std::string_view ends[] = {"\n", " # it's\n", "  \n", ";\n"};
  std::string text;
  for (auto number = 1 + dice.below(5); number > 0; --number) {
    for (auto count = dice.below(3); count > 0; --count) text += dice.one_of(heads);
    text += "menuentry " + all_replaced(dice.one_of(titles), "%", std::to_string(number)) + " {\n" +
            "\tmultiboot2 /xen.gz" + arguments(dice, true) + "\n\tmodule2 /k" +
            arguments(dice, true) + dice.one_of(ends) + "\tmodule2 /initrd\n}\n";
  }
  if (dice.below(3) == 0) text += "# the end";
  return text;
}

std::string extlinux_file(Dice& dice) {
  constexpr std::string_view heads[] = {"\n", "# note\n", "MENU LABEL x\n", "  # XenServer\n",
                                        "prompt 1\n"};
  std::string text = "default l1\n";
  for (auto number = 1 + dice.below(5); number > 0; --number) {
    text += "label l" + std::to_string(number) + "\n";
    for (auto count = dice.below(3); count > 0; --count) text += dice.one_of(heads);
    text += "\tKernel mboot.c32\n  append /xen.gz" + arguments(dice, false) + " --- /k" +
            arguments(dice, false) + " --- /initrd";
    constexpr std::string_view ends[] = {"", "", "", " ", "\v", "\t\f"};
    text += dice.one_of(ends);
    if (number > 1 || dice.below(2) == 0) text += "\n";
  }
  return text;
}

std::vector<HideEdit> random_edits(Dice& dice, const BootFile& file, PcibackKind kind) {
  std::vector<HideEdit> edits;
  for (std::size_t entry = 0; entry < file.entries.size(); ++entry) {
    if (dice.below(3) == 0) continue;
    std::vector<PciAddress> addresses(1 + dice.below(4));
    for (auto& address : addresses) address.bus = static_cast<std::uint8_t>(dice.below(256));
    edits.push_back({entry, kind, write_hide_list(addresses)});
  }
  return edits;
}

void expect_the_way_back(Dice& dice, const std::string& text, BootFile (*parse)(std::string),
                         PcibackKind kind) {
  const auto file = parse(text);
  ASSERT_FALSE(file.error) << text << file.error->line << file.error->sentence;
  ASSERT_EQ(file.text, text);
  auto edits = random_edits(dice, file, kind);
  const auto edited = parse(edit_hide_lists(file, edits));
  ASSERT_FALSE(edited.error) << edited.text;
  ASSERT_EQ(edited.entries.size(), file.entries.size());
  for (auto& edit : edits) {
    const auto& entry = edited.entries[edit.entry];
    const auto found = find_hide_arguments(entry.arguments, edit.kind);
    ASSERT_TRUE(entry.is_xen) << edited.text;
    ASSERT_EQ(found.value(), edit.list) << edited.text;
    ASSERT_TRUE(found.list().is_canonical());
    ASSERT_EQ(entry.arguments.size(), file.entries[edit.entry].arguments.size() + 1);
    edit.list.clear();
  }
  ASSERT_EQ(edit_hide_lists(edited, edits), text);
}

TEST(RoundTrip, GeneratedFilesComeBackByteForByte) {
  Dice dice{std::mt19937(5)};
  for (int round = 0; round < 1500; ++round) {
    auto text = grub_file(dice);
    if (dice.below(4) == 0) text = all_replaced(text, "\n", "\r\n");
    expect_the_way_back(dice, text, parse_grub, PcibackKind::pvops);
    text = extlinux_file(dice);
    if (dice.below(4) == 0) text = all_replaced(text, "\n", "\r\n");
    expect_the_way_back(dice, text, parse_extlinux, PcibackKind::classic);
    if (HasFatalFailure()) return;
  }
}

TEST(RoundTrip, GrubTakesEveryEditedFile) {
  if (!has_grub_script_check()) GTEST_SKIP();
  Dice dice{std::mt19937(6)};
  for (int round = 0; round < 150; ++round) {
    const auto file = parse_grub(grub_file(dice));
    const auto edits = random_edits(dice, file, PcibackKind::pvops);
    ASSERT_TRUE(grub_accepts(file.text)) << file.text;
    ASSERT_TRUE(grub_accepts(edit_hide_lists(file, edits))) << file.text;
  }
}

}  // namespace
}  // namespace pci_passthrough
