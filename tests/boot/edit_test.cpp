#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

constexpr auto pvops = PcibackKind::pvops, classic = PcibackKind::classic;
constexpr auto one = "(0000:06:00.0)";
constexpr auto two = "(0000:06:00.0)(0000:07:00.0)";

std::string grub_with(const std::string& arguments) {
  return "# x\nmenuentry 'XCP-ng' {\n\tmultiboot2 /xen.gz xen-pciback.hide=(a)\n\tmodule2 /k" +
         arguments + "\n\tmodule2 /initrd\n}\n# end";
}

std::string extlinux_with(const std::string& arguments) {
  return "default xe\nlabel xe\n  kernel mboot.c32\n  append /xen.gz a --- /k" + arguments +
         " --- /initrd\n";
}

struct Case {
  std::string before;
  PcibackKind kind;
  std::string list, after;
};

TEST(EditHideLists, ChangesTheRuleInGrubAndNothingElse) {
  const Case cases[] = {
      {" ro quiet splash end", pvops, one, " ro quiet splash end xen-pciback.hide=(0000:06:00.0)"},
      {"", pvops, one, " xen-pciback.hide=(0000:06:00.0)"},
      {" ro \t", pvops, one, " ro xen-pciback.hide=(0000:06:00.0) \t"},
      {" ro # note", pvops, one, " ro xen-pciback.hide=(0000:06:00.0) # note"},
      {" ro \\\n quiet", pvops, one, " ro \\\n quiet xen-pciback.hide=(0000:06:00.0)"},
      {" ro", classic, one, " ro pciback.hide=(0000:06:00.0)"},
      {" a xen-pciback.hide=(0000:06:00.0) b", pvops, two,
       " a xen-pciback.hide=(0000:06:00.0)(0000:07:00.0) b"},
      {" a xen-pciback.hide=(0000:06:00.0) b", pvops, "", " a b"},
      {" a  xen-pciback.hide=(0000:06:00.0)  b", pvops, "", " a   b"},
      {" a xen-pciback.hide=", pvops, "", " a"},
      {" a\txen-pciback.hide=x", pvops, "", " a"},
      {" a \\\nxen-pciback.hide=x b", pvops, "", " a \\\n b"},
      {" a", pvops, "", " a"},
      {" a xen-pciback.hide=(06:00.0) b", pvops, one, " a xen-pciback.hide=(0000:06:00.0) b"},
      {" a 'xen-pciback.hide=(06:00.0) (07:00.0)' b", pvops, two,
       " a xen-pciback.hide=(0000:06:00.0)(0000:07:00.0) b"},
      {" xen-pciback.hide=1 a xen-pciback.hide=2 b", pvops, one,
       " a xen-pciback.hide=(0000:06:00.0) b"},
      {" xen_pciback.hide=1 pciback.hide=2 a xen-pciback.hide=3 pciback.hide=4 b", pvops, one,
       " a xen-pciback.hide=(0000:06:00.0) b"},
      {" xen-pciback.hide=(0000:06:00.0) xen-pciback.hide=(0000:06:00.0)", pvops, one,
       " xen-pciback.hide=(0000:06:00.0)"},
      {" a pciback.hide=(06:00.0) b", pvops, one, " a xen-pciback.hide=(0000:06:00.0) b"},
      {" a xen-pciback.hide=(06:00.0) b", classic, one, " a pciback.hide=(0000:06:00.0) b"},
      {" a xen_pciback.hide=(0000:06:00.0)", pvops, one, " a xen-pciback.hide=(0000:06:00.0)"},
      {" pciback.hide=1 xen-pciback.hide=2 pciback.hide=3", pvops, "", ""},
      {" pciback.hide=(0000:06:00.0) xen-pciback.hide=(0000:06:00.0)", pvops, one,
       " xen-pciback.hide=(0000:06:00.0)"},
      {" a \"xen-pciback.hide=(0000:06:00.0)\"", pvops, one,
       " a \"xen-pciback.hide=(0000:06:00.0)\""},
      {" xen-pciback.hide=$list a", pvops, one, " xen-pciback.hide=(0000:06:00.0) a"},
      {" xen-pciback.hide a", pvops, one, " xen-pciback.hide a xen-pciback.hide=(0000:06:00.0)"},
  };
  for (const auto& [before, kind, list, after] : cases) {
    const auto file = parse_grub(grub_with(before));
    ASSERT_FALSE(file.error) << before;
    const HideEdit edit{0, kind, list};
    const auto text = edit_hide_lists(file, {edit});
    EXPECT_EQ(text, grub_with(after)) << before;

    const auto again = parse_grub(text);
    EXPECT_EQ(edit_hide_lists(again, {edit}), text);
    EXPECT_EQ(command_line_size_with(file, edit), again.entries.at(0).command_line.size());
    const auto found = find_hide_arguments(again.entries[0].arguments, kind);
    EXPECT_EQ(found.value().value_or(""), list);
    EXPECT_EQ(found.read.size() + found.ignored.size(), list.empty() ? 0u : 1u);
  }
}

TEST(EditHideLists, ChangesTheRuleInExtlinuxAndNothingElse) {
  const Case cases[] = {
      {" ro quiet splash", classic, one, " ro quiet splash pciback.hide=(0000:06:00.0)"},
      {" ro splash quiet", classic, one, " ro splash pciback.hide=(0000:06:00.0) quiet"},
      {" ro nosplash", classic, one, " ro nosplash pciback.hide=(0000:06:00.0)"},
      {" ro  ", pvops, one, " ro xen-pciback.hide=(0000:06:00.0)  "},
      {"", classic, one, " pciback.hide=(0000:06:00.0)"},
      {" splash pciback.hide=(06:00.0) b", classic, "", " splash b"},
      {" pciback.hide=\"(06:00.0) (07:00.0)\" b", classic, two,
       " pciback.hide=(0000:06:00.0)(0000:07:00.0) b"},
      {" pciback.hide=(0000:06:00.0)", classic, one, " pciback.hide=(0000:06:00.0)"},
      {" a pciback.hide=(0000:06:00.0) splash", pvops, one,
       " a xen-pciback.hide=(0000:06:00.0) splash"},
  };
  for (const auto& [before, kind, list, after] : cases) {
    const auto file = parse_extlinux(extlinux_with(before));
    ASSERT_FALSE(file.error) << before;
    const HideEdit edit{0, kind, list};
    const auto text = edit_hide_lists(file, {edit});
    EXPECT_EQ(text, extlinux_with(after)) << before;
    EXPECT_EQ(edit_hide_lists(parse_extlinux(text), {edit}), text);
    EXPECT_EQ(command_line_size_with(file, edit),
              parse_extlinux(text).entries.at(0).command_line.size());
  }
}

TEST(EditHideLists, SeveralEntriesAtOnce) {
  const auto file = parse_grub(std::string(sample_grub));
  const auto both = edit_hide_lists(file, {{1, pvops, one}, {0, pvops, two}});
  const auto first = edit_hide_lists(file, {{0, pvops, two}});
  EXPECT_EQ(both, edit_hide_lists(parse_grub(first), {{1, pvops, one}}));
  const auto back = edit_hide_lists(parse_grub(both), {{0, pvops, ""}, {1, pvops, ""}});
  EXPECT_EQ(back, sample_grub);
}

TEST(EditHideLists, LeavesAloneWhatMayNotBeEdited) {
  const auto linux_only = "menuentry 'Linux - Safe Mode' {\n\tlinux /vmlinuz ro\n}\n";
  EXPECT_EQ(edit_hide_lists(parse_grub(linux_only), {{0, pvops, one}}), linux_only);
  EXPECT_EQ(edit_hide_lists(parse_grub(grub_with("")), {{7, pvops, one}}), grub_with(""));
  const auto troubled = grub_with(" ro") + "\nsource /more.cfg\n";
  EXPECT_EQ(edit_hide_lists(parse_grub(troubled), {{0, pvops, one}}), troubled);
}

TEST(EditHideLists, TheSizeSaysWhatXenWouldGet) {
  std::string list;
  for (int bus = 0; bus < 70; ++bus) {
    PciAddress address;
    address.bus = static_cast<std::uint8_t>(bus);
    list += write_hide_list({&address, 1});
  }
  const auto file = parse_grub(grub_with(" ro quiet"));
  const auto expected = std::string("ro quiet xen-pciback.hide=").size() + 70 * 14;
  EXPECT_EQ(command_line_size_with(file, {0, pvops, list}), expected);
  EXPECT_EQ(command_line_size_with(file, {0, pvops, ""}), std::string("ro quiet").size());
}

}  // namespace
}  // namespace pci_passthrough
