/// The person's eye: every word that means a hide rule and is none, and no other.
#include "plugin/boot/stray_rules.hpp"

#include <gtest/gtest.h>

#include <filesystem>

#include "tests/boot/dice.hpp"
#include "tests/boot/samples.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough::strays {
namespace {

using Kind = StrayKind;
constexpr auto release = "4.19.0+1";
constexpr auto both = "(0000:01:00.0)(0000:01:00.1)";

struct Lines {
  std::string kernel{}, xen{}, initrd{}, before{};
};

BootFile with(const Lines& lines) {
  return parse_grub(lines.before +
                    one_entry("multiboot2 /xen.gz a" + lines.xen + "\nmodule2 /boot/vmlinuz ro" +
                              lines.kernel + "\nmodule2 /initrd" + lines.initrd));
}

struct Case {
  Lines lines;
  Kind kind;
  std::string word;
  std::string meant;
  bool mendable = true;
};

TEST(StrayRules, SaysWordLineAndWhatIsMeant) {
  const std::string one = "(0000:01:00.0)", second = "(0000:01:00.1)";
  const Case cases[] = {
      {{" „xen-pciback. hide=(01:00.0) (01:00.1)“"},
       Kind::foreign_characters,
       "„xen-pciback. hide=(01:00.0) (01:00.1)“",
       both},
      {{" xen-pciback.hide=“(01:00.0)(01:00.1)”"},
       Kind::list_rejected,
       "xen-pciback.hide=“(01:00.0)(01:00.1)”",
       both},
      {{" xen‑pciback.hide=(01:00.0)"},
       Kind::foreign_characters,
       "xen‑pciback.hide=(01:00.0)",
       one},
      {{" xen-pciback.hide=(0000:01:00.0) (0000:01:00.1)"},
       Kind::behind_blank,
       "(0000:01:00.1)",
       second},
      {{" xen-pciback.hide=(0000:01:00.0);(0000:01:00.1)"},
       Kind::behind_semicolon,
       "(0000:01:00.1)",
       second},
      {{" xen-pciback.hide= (01:00.0)"}, Kind::behind_blank, "(01:00.0)", one},
      {{" xen-pcibak.hide=(0000:01:00.0)"},
       Kind::misspelt_name,
       "xen-pcibak.hide=(0000:01:00.0)",
       one},
      {{" XEN-PCIBACK.HIDE=(01:00.0)"}, Kind::misspelt_name, "XEN-PCIBACK.HIDE=(01:00.0)", one},
      {{" xen-pciback=(01:00.0)"}, Kind::misspelt_name, "xen-pciback=(01:00.0)", one},
      {{" xen-pciback-hide=(01:00.0)"}, Kind::misspelt_name, "xen-pciback-hide=(01:00.0)", one},
      {{" xenpciback.hide=(01:00.0)"}, Kind::misspelt_name, "xenpciback.hide=(01:00.0)", one},
      {{" pci.hide=(01:00.0)"}, Kind::misspelt_name, "pci.hide=(01:00.0)", one},
      {{" hide=(0000:01:00.0)"}, Kind::bare_hide, "hide=(0000:01:00.0)", one},
      {{" xen-pciback hide=(01:00.0)"}, Kind::split_name, "xen-pciback hide=(01:00.0)", one},
      {{" xen-pciback.hide =(01:00.0)"}, Kind::split_name, "xen-pciback.hide =(01:00.0)", one},
      {{" xen-pciback:hide=(01:00.0)"}, Kind::misspelt_name, "xen-pciback:hide=(01:00.0)", one},
      {{" pciback/hide=(01:00.0)"}, Kind::misspelt_name, "pciback/hide=(01:00.0)", one},
      {{" \"a=1 xen-pciback.hide=(01:00.0)\""},
       Kind::part_of_another,
       "xen-pciback.hide=(01:00.0)",
       one,
       false},
      {{" quiet,xen-pciback.hide=(01:00.0)"},
       Kind::part_of_another,
       "xen-pciback.hide=(01:00.0)",
       one,
       false},
      {{" xen-pciback.hide=\"(0000:01:00.0)\" \"(0000:01:00.1)\""},
       Kind::behind_blank,
       "\"(0000:01:00.1)\"",
       second},
      {{" xen-pciback.hide(01:00.0)"}, Kind::no_equals, "xen-pciback.hide(01:00.0)", one},
      {{" xen-pciback.hide=(0000:01:00.0)(0000.01:00.1)"},
       Kind::list_rejected,
       "xen-pciback.hide=(0000:01:00.0)(0000.01:00.1)",
       both},
      {{" xen-pciback.hide=(0000:01:00.0,0000:01:00.1)"},
       Kind::list_rejected,
       "xen-pciback.hide=(0000:01:00.0,0000:01:00.1)",
       both},
      {{" xen-pciback.hide=(0000:01:00.0), (0000:01:00.1)"},
       Kind::list_rejected,
       "xen-pciback.hide=(0000:01:00.0), (0000:01:00.1)",
       both},
      {{" xen-pciback.hide=0000:01:00.0"},
       Kind::list_rejected,
       "xen-pciback.hide=0000:01:00.0",
       one},
      {{" xen-pciback.hide=(x)"}, Kind::list_rejected, "xen-pciback.hide=(x)", "", false},
      {{" pciback.hide=(01:00.0)"}, Kind::other_kernels_name, "pciback.hide=(01:00.0)", one},
      {{" (01:00.0)"}, Kind::lone_group, "(01:00.0)", one, false},
      {{"", " iommu=1 xen-pciback.hide=(01:00.0)"},
       Kind::on_xen_line,
       "xen-pciback.hide=(01:00.0)",
       one},
      {{"", "", " xen-pciback.hide=(01:00.0)"},
       Kind::on_initrd_line,
       "xen-pciback.hide=(01:00.0)",
       one},
      {{" -- xen-pciback.hide=(01:00.0)"}, Kind::behind_dashes, "xen-pciback.hide=(01:00.0)", one},
      {{" # xen-pciback.hide=(01:00.0)"},
       Kind::behind_hash,
       "xen-pciback.hide=(01:00.0)",
       one,
       false},
      {{"", "", "", "# xen-pciback.hide=(01:00.0)\n"},
       Kind::behind_hash,
       "xen-pciback.hide=(01:00.0)",
       one,
       false},
      {{"", "", "", "xen-pciback.hide=(01:00.0)\n"},
       Kind::elsewhere,
       "xen-pciback.hide=(01:00.0)",
       one,
       false},
      {{" rd.qubes.hide_pci=01:00.0,01:00.1"},
       Kind::other_system,
       "rd.qubes.hide_pci=01:00.0,01:00.1",
       both,
       false},
      {{" vfio-pci.ids=10de:1b80"}, Kind::other_system, "vfio-pci.ids=10de:1b80", "", false},
  };
  for (const auto& [lines, kind, word, meant, mendable] : cases) {
    const auto file = with(lines);
    const auto found = stray_rules(file, release);
    ASSERT_EQ(found.size(), 1u) << file.text;
    EXPECT_EQ(found[0].kind, kind) << file.text << explained(found[0].kind);
    EXPECT_EQ(found[0].word, word);
    EXPECT_EQ(file.text.substr(found[0].begin, found[0].end - found[0].begin), word);
    EXPECT_EQ(write_hide_list(found[0].meant), meant) << word;
    EXPECT_EQ(found[0].mendable, mendable) << word;
    EXPECT_EQ(found[0].line, 1 + std::ranges::count(file.text.substr(0, found[0].begin), '\n'))
        << word;
    EXPECT_EQ(found[0].entry.has_value(), lines.before.empty()) << word;
  }
}

TEST(StrayRules, SilentWhereNothingIsMeant) {
  for (const char* kernel :
       {"", " xen-pciback.hide=(0000:01:00.0)", " xen_pciback.hide=(01:00.0)",
        " xen-pciback.hide=\"(01:00.0) (01:00.1)\"", " 'xen-pciback.hide=(01:00.0) (01:00.1)'",
        " rd.driver.pre=xen-pciback xen-pciback.hide=(0000:01:00.0)", " rd.driver.pre=xen-pciback",
        " modprobe=xen-pciback.passthrough=1 xen-pciback.permissive",
        " xen-pciback.permissive=(01:00.0) xen-pciback.passthrough=1", " xen-pciback.hide=$hide",
        " xen-pciback.hide=", " (0:0) root=(hd0,msdos1)", " console=ttyS0,115200n8 a=1:2:3",
        " xen-pciback.hide=(01:00.0) pciback.hide=(01:00.0)", " dyndbg=\"file a +p\"",
        " xen-pciback.hide=(01:*.*)\txen-pciback.hide=(02:00.0)", " # hide the device (see wiki)"})
    EXPECT_TRUE(stray_rules(with({kernel}), release).empty()) << kernel;
  EXPECT_TRUE(stray_rules(with({" xen-pciback.hide=$hide", "", "",
                                "set hide=\"(0000:01:00.0)(0000:01:00.1)\"\n"}),
                          release)
                  .empty());
  const std::map<std::string, std::string> sick = {
      {"sick/xcp-ng-8.2-dying", "xen-pciback.hide=(0000:01:0.0.0)"},
      {"sick/xenserver-6.5-usb", "pciback.hide=(07:00.0)"}};
  for (const std::string folder : {"", "sick/"})
    for (const auto& name : recorded_hosts(folder)) {
      const auto& boot = recorded(name).boot;
      const auto found = stray_rules(boot.file, boot.kernel_release);
      const auto known = sick.find(name);
      ASSERT_EQ(found.size(), known == sick.end() ? 0u : 1u) << name;
      if (!found.empty()) EXPECT_EQ(found[0].word, known->second) << name;
    }
}

TEST(StrayRules, OptionsOfModprobe) {
  const std::string text =
      "install r8169 /sbin/modprobe xen_pciback ; /sbin/modprobe -i r8169\n"
      "# options xen-pciback hide=(03:00.0)\noptions xen-pciback permissive=1\n"
      "options xen_pciback\thide=(03:00.*) \noptions vfio-pci disable_vga=1 ids=10de:1b80\n";
  const auto found = stray_modprobe_rules(text);
  ASSERT_EQ(found.size(), 2u);
  EXPECT_EQ(found[0].kind, Kind::modprobe);
  EXPECT_EQ(found[0].line, 4u);
  EXPECT_EQ(found[0].word, "hide=(03:00.*)");
  EXPECT_EQ(write_hide_list(found[0].meant), "(0000:03:00.*)");
  EXPECT_EQ(found[1].kind, Kind::other_system);
  EXPECT_EQ(found[1].word, "ids=10de:1b80");
}

}  // namespace
}  // namespace pci_passthrough::strays
