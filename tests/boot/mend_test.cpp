/// Mending: what is meant is written in the one form that all read, and nothing else changes.
#include "plugin/boot/mend.hpp"

#include <gtest/gtest.h>

#include "plugin/boot/platform.hpp"
#include "plugin/boot/stray_rules.hpp"
#include "tests/boot/dice.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough::mending {
namespace {

constexpr auto release = "4.19.0+1";
const std::string both = "xen-pciback.hide=(0000:01:00.0)(0000:01:00.1)";

std::string mended(const std::string& text, std::vector<PciAddress> present = {}) {
  return mended_text(parse_grub(text), release, {0}, present);
}

std::string entry(const std::string& kernel, const std::string& xen = "",
                  const std::string& initrd = "") {
  return one_entry("\tmultiboot2 /boot/xen.gz a" + xen + "\n\tmodule2 /boot/vmlinuz ro" + kernel +
                   "\n\tmodule2 /boot/initrd.img" + initrd);
}

TEST(Mending, WritesWhatIsMeant) {
  const struct {
    std::string before, after;
  } cases[] = {
      {entry(" quiet „xen-pciback. hide=(01:00.0) (01:00.1)“"), entry(" quiet " + both)},
      {entry(" xen-pciback.hide=(0000:01:00.0) (0000:01:00.1) b"), entry(" b " + both)},
      {entry(" xen-pciback.hide=(0000:01:00.0);(0000:01:00.1)"), entry(" " + both)},
      {entry(" xen-pciback.hide=(0000:01:00.0)(0000.01:00.1) b"), entry(" b " + both)},
      {entry(" xen-pciback.hide=(0000:01:00.0,0000:01:00.1)"), entry(" " + both)},
      {entry(" hide=(01:00.0)(01:00.1)"), entry(" " + both)},
      {entry(" b", " iommu=1 xen-pciback.hide=(01:00.0)(01:00.1)"),
       entry(" b " + both, " iommu=1")},
      {entry(" b", "", " xen-pciback.hide=(01:00.0)(01:00.1)"), entry(" b " + both)},
      {entry(" -- xen-pciback.hide=(01:00.0)(01:00.1)"), entry(" " + both + " --")},
      {entry(" b xen_pciback.hide=(0000:01:00.0)(0000:01:00.1) c"), entry(" b " + both + " c")},
      {entry(" b\t" + both), entry(" b " + both)},
      {entry("\tb\tc\t" + both + "\td"), entry("\tb\tc\td " + both)},
      {entry(" b " + both + ";"), entry(" b " + both)},
      {entry(" xen-pciback.hide=\"(0000:01:00.0)(0000:01:00.1)\" b"), entry(" " + both + " b")},
      {entry(" '" + both + "' b"), entry(" " + both + " b")},
      {entry(" xen-pciback.hide=\"(0000:01:00.0)\" \"(0000:01:00.1)\" b"), entry(" b " + both)},
      {entry(" xen-pciback.hide='(0000:01:00.0)' '(0000:01:00.1)'"), entry(" " + both)},
      {entry(" xen-pciback/hide=(01:00.0)(01:00.1) b"), entry(" b " + both)},
      {entry(" x\v" + both), entry(" x\v " + both)},
      {entry(" b \\\n\t c\\\n " + both + " \\\n\td"), entry(" b c " + both + " d")},
      {entry(" xen-pciback.hide=(0000:01:00.0)\txen-pciback.hide=(0000:01:00.1)"),
       entry(" xen-pciback.hide=(0000:01:00.1)(0000:01:00.0)")},
      {entry(" xen-pciback.hide=(01:00.*)"), entry(" " + both)},
      {entry(" xen-pciback.hide=(99:*.*)"), entry(" xen-pciback.hide=(0000:99:*.*)")},
  };
  const std::vector<PciAddress> present = {*PciAddress::parse("01:00.0"),
                                           *PciAddress::parse("01:00.1")};
  for (const auto& [before, after] : cases) {
    EXPECT_EQ(mended(before, present), after) << before;
    EXPECT_EQ(mended(after, present), after);
  }
}

TEST(Mending, LeavesWhatIsRightAndWhatCannotBeTold) {
  for (const std::string kernel :
       {"", " b", " xen-pciback.hide=(0000:01:00.0) b", " xen-pciback.hide=(x)",
        " xen-pciback.hide=$hide", " (01:00.0)", " # xen-pciback.hide=(01:00.0)",
        " rd.qubes.hide_pci=01:00.0", " xen-pciback.hide=(x) hide=(01:00.0)", " b \\\n\tc"}) {
    const auto text = entry(kernel);
    EXPECT_EQ(mended(text), text);
  }
  const auto other = all_replaced(sample_grub, "plymouth.x", "plymouth.x hide=(01:00.0)");
  EXPECT_EQ(mended_text(parse_grub(other), release, {1, 2}, {}), other) << "another entry's";
  EXPECT_NE(mended_text(parse_grub(other), release, {0}, {}), other);
}

TEST(Mending, LeavesTheNamesOfFiles) {
  const auto mended_extlinux = [](const std::string& text) {
    return mended_text(parse_extlinux(text), "2.6.32", {0}, {});
  };
  for (const std::string name :
       {"xen-pciback.hide=(01:00.0)", "pcibak.hide=(0000:01:00.0)", "k.hide=(01:00.0)",
        "hide=(01:00.0)", "xen-pciback", "a(01:00.0)", "pciback:hide=(01:00.0)"})
    for (const std::string behind : {"", " a", " hide=(02:00.0)", "hide=(02:00.0)"})
      for (std::size_t place = 0; place < 3; ++place) {
        std::string files[] = {"/xen", "/vmlinuz", "/initrd"};
        files[place] = "/" + name;
        const auto extlinux =
            mended_extlinux("default xe\nlabel xe\n kernel mboot.c32\n append " + files[0] +
                            behind + " --- " + files[1] + behind + " --- " + files[2] + "\n");
        for (const auto& file : {parse_extlinux(extlinux),
                                 parse_grub(mended("menuentry 'a' {\n\tmultiboot2 " + files[0] +
                                                   behind + "\n\tmodule2 " + files[1] + behind +
                                                   "\n\tmodule2 " + files[2] + "\n}\n"))})
          if (!file.error && file.entries.at(0).is_xen)
            EXPECT_EQ(file.entries[0].files.at(place).find(files[place]), 0u) << file.text;
      }
}

TEST(Mending, ABracketThatNeverClosesEndsWithItsWord) {
  for (const std::string list : {"(01:00.0", "(01:00.01", "(0000:01:00.0 a", "(01:00.0,02:00.0"})
    for (const std::string other :
         {"hide=(02:00.0)", "xen-pcibak.hide=(02:00.0)", "hide:02:00.0)"}) {
      const auto file = parse_extlinux(
          "default xe\nlabel xe\n kernel mboot.c32\n append /xen --- /k xen-pciback.hide=" + list +
          " --- /i " + other + " b\n");
      const auto once = mended_text(file, "2.6.32", {0}, {});
      EXPECT_NE(once, file.text);
      EXPECT_EQ(once.find(other), once.npos) << once;
      EXPECT_EQ(mended_text(parse_extlinux(once), "2.6.32", {0}, {}), once) << file.text;
    }
}

std::string random_slip(Dice& dice) {
  constexpr std::string_view before[] = {" ",       "\t", "  ", "\v", "\xc2\xa0",
                                         " \\\n\t", " „", " '", ""};
  constexpr std::string_view names[] = {"xen-pciback.hide=",
                                        "xen_pciback.hide=",
                                        "hide=",
                                        "xen-pciback. hide=",
                                        "pciback.hide=",
                                        "xen-pcibak.hide=",
                                        "xen-pciback.hide(",
                                        "XEN-pciback.hide=",
                                        "a=b",
                                        "--"};
  constexpr std::string_view lists[] = {"(0000:01:00.0)",
                                        "(01:00.0) (02:00.0)",
                                        "(1:0.0),(2:0.0)",
                                        "(01:00.0);(02:00.0)",
                                        "01:00.0",
                                        "\"(01:00.0)\"",
                                        "(0000.01:00.1)",
                                        "(03:*.*)",
                                        "(x)",
                                        ""};
  constexpr std::string_view after[] = {"", "", " c", "\td", "“", "'", ";", " \\\n d", " # r"};
  return dice.one_of(before) + dice.one_of(names) + dice.one_of(lists) + dice.one_of(after);
}

/// Over whatever stands there: idempotent, nothing mendable left, kernel and tools read one list.
TEST(Mending, GeneratedFilesAreReadAlikeByAll) {
  Dice dice{std::mt19937(12)};
  std::size_t changed = 0, seen = 0;
  for (int round = 0; round < 600; ++round) {
    const auto slip = [&] { return dice.below(2) == 0 ? random_slip(dice) : std::string(); };
    const auto file = parse_grub(entry(slip() + " e" + slip(), slip(), slip()));
    if (file.error || !file.entries.at(0).is_xen) continue;
    const auto text = mended_text(file, release, {0}, {});
    const auto after = parse_grub(text);
    ASSERT_EQ(mended_text(after, release, {0}, {}), text) << file.text;
    if (text == file.text) continue;
    ++changed;
    ASSERT_FALSE(after.error) << text;
    const auto told = stray_rules(after, release);
    for (const auto& stray : told) ASSERT_FALSE(stray.mendable) << file.text << text;
    const auto found = find_hide_arguments(after.entries[0].arguments, PcibackKind::pvops);
    ASSERT_EQ(found.read.size(), 1u) << text;
    const auto line = std::string_view(text).substr(text.find("multiboot2"));
    for (const auto tools :
         {PlatformTools::python2, PlatformTools::python3, PlatformTools::xen_boot}) {
      const auto view = platform_view(after, tools);
      const auto printed = platform_arguments(view, "xen-pciback.hide");
      if (view.fails || !printed || !told.empty() || line.find_first_of("'\"") != line.npos)
        continue;
      ++seen;
      EXPECT_EQ(*printed, std::vector{"xen-pciback.hide=" + std::string(*found.value())}) << text;
    }
  }
  EXPECT_GT(changed, 100u);
  EXPECT_GT(seen, 100u);
}

}  // namespace
}  // namespace pci_passthrough::mending
