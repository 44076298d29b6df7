#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr char phantom[] = "pci-phantom=03:00,1";

std::string grub_of(const std::string& xen) {
  return "# x\nmenuentry 'XCP-ng' {\n\tmultiboot2 /xen.gz" + xen +
         "\n\tmodule2 /k ro pci-phantom=no\n\tmodule2 /initrd\n}\n# end";
}

std::string extlinux_of(const std::string& xen) {
  return "default xe\nlabel xe\n  kernel mboot.c32\n  append /xen.gz" + xen +
         " --- /k ro pci-phantom=no --- /initrd\n";
}

TEST(EditXenArguments, ChangesXensOwnLineAndNothingElse) {
  const struct {
    const char* before;
    const char* argument;
    bool replaces;
    const char* after;
  } cases[] = {
      {"", phantom, false, " pci-phantom=03:00,1"},
      {" a b", phantom, false, " a b pci-phantom=03:00,1"},
      {" a  b", phantom, false, " a  b pci-phantom=03:00,1"},
      {" pci-phantom=04:00,1", phantom, false, " pci-phantom=04:00,1 pci-phantom=03:00,1"},
      {" pci-phantom=03:00,1 a", phantom, false, " pci-phantom=03:00,1 a"},
      {" a", "extra_guest_irqs=65", true, " a extra_guest_irqs=65"},
      {" extra_guest_irqs=1 a extra_guest_irqs=2 b", "extra_guest_irqs=65", true,
       " extra_guest_irqs=1 a extra_guest_irqs=65 b"},
      {" extra_guest_irqs=65", "extra_guest_irqs=65", true, " extra_guest_irqs=65"},
  };
  for (const auto& [before, argument, replaces, after] : cases) {
    const std::vector<XenEdit> edits = {{0, argument, replaces}, {0, argument, replaces}};
    EXPECT_EQ(edit_xen_arguments(parse_grub(grub_of(before)), edits), grub_of(after));
    EXPECT_EQ(edit_xen_arguments(parse_extlinux(extlinux_of(before)), edits), extlinux_of(after));
  }
}

TEST(EditXenArguments, InGrubsOwnSpellings) {
  const auto edited = [](const std::string& xen, const XenEdit& edit) {
    return edit_xen_arguments(parse_grub(grub_of(xen)), {edit});
  };
  EXPECT_EQ(edited(" a # note", {0, phantom}), grub_of(" a pci-phantom=03:00,1 # note"));
  EXPECT_EQ(edited(" a \\\n b", {0, phantom}), grub_of(" a \\\n b pci-phantom=03:00,1"));
  EXPECT_EQ(edited(" 'a b' \t", {0, phantom}), grub_of(" 'a b' pci-phantom=03:00,1 \t"));
  EXPECT_EQ(edited(" 'pci-phantom=03:00,1'", {0, phantom}), grub_of(" 'pci-phantom=03:00,1'"));
  EXPECT_EQ(edited(" \"extra_guest_irqs=3\" b", {0, "extra_guest_irqs=65", true}),
            grub_of(" extra_guest_irqs=65 b"));
}

/// Of every Xen entry of every recorded boot file: what is added reads back, once, in that entry
/// alone, and what was there stands as it stood.
TEST(EditXenArguments, ReadsBackInEveryRecordedFile) {
  std::size_t entries = 0;
  auto names = recorded_hosts();
  for (const auto& sick : recorded_hosts("sick/")) names.push_back(sick);
  for (const auto& name : names) {
    const BootFile file = recorded(name).boot.file;
    if (file.trouble) continue;
    for (std::size_t i = 0; i < file.entries.size(); ++i) {
      if (!file.entries[i].is_xen) continue;
      ++entries;
      SCOPED_TRACE(name + " " + file.entries[i].title);
      const std::vector<XenEdit> edits = {{i, phantom}, {i, "extra_guest_irqs=65", true}};
      const auto text = edit_xen_arguments(file, edits);
      const auto after = with_text(file, text);
      EXPECT_EQ(edit_xen_arguments(after, edits), text) << "once is enough";
      ASSERT_EQ(after.entries.size(), file.entries.size());
      for (std::size_t k = 0; k < file.entries.size(); ++k) {
        auto wanted = file.entries[k].xen_arguments;
        if (k == i) wanted.insert(wanted.end(), {phantom, "extra_guest_irqs=65"});
        EXPECT_EQ(after.entries[k].xen_arguments, wanted);
        EXPECT_EQ(after.entries[k].title, file.entries[k].title);
        EXPECT_EQ(after.entries[k].files, file.entries[k].files);
        EXPECT_EQ(after.entries[k].arguments.size(), file.entries[k].arguments.size());
      }
      auto without = text;
      const std::string added = std::string(" ") + phantom + " extra_guest_irqs=65";
      without.erase(without.find(added), added.size());
      EXPECT_EQ(without, file.text);
    }
  }
  EXPECT_GT(entries, 20u);
}

TEST(EditXenArguments, LeavesAFileInTroubleAndAnEntryWithoutXen) {
  const auto trouble = parse_grub("menuentry 'x' {\n\tmultiboot2 /xen.gz\n");
  ASSERT_TRUE(trouble.trouble);
  EXPECT_EQ(edit_xen_arguments(trouble, {{0, phantom}}), trouble.text);
  const auto linux = parse_grub("menuentry 'x' {\n\tlinux /memtest\n}\n");
  EXPECT_EQ(edit_xen_arguments(linux, {{0, phantom}, {7, phantom}}), linux.text);
}

}  // namespace
}  // namespace pci_passthrough
