#include "plugin/model/way_back.hpp"

#include <gtest/gtest.h>

#include "plugin/boot/rescue.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

Snapshot ruled(Snapshot host) {
  std::vector<HideEdit> edits;
  for (std::size_t i = 0; i < host.boot.file.entries.size(); ++i)
    edits.push_back(
        {i, pciback_kind(host.boot.file.entries[i], host.boot.kernel_release), "(0000:06:00.0)"});
  return with_boot_text(host, edit_hide_lists(host.boot.file, edits));
}

Snapshot rescued(const Snapshot& host) {
  return with_boot_text(host, with_rescue(host.boot.file).value());
}

TEST(WayBack, IsTheRescueEntryBeforeAnyOther) {
  EXPECT_EQ(way_back(rescued(recorded(nas))),
            "If the host does not come up: press an arrow key as soon as the menu shows, choose "
            "'pci-passthrough rescue', and press Enter.");
  EXPECT_EQ(way_back(rescued(recorded(old))),
            "If the host does not come up: hold Shift until 'boot:' shows, type pci-rescue, and "
            "press Enter.");
}

TEST(WayBack, IsElseAnEntryWithoutRules) {
  EXPECT_NE(way_back(recorded(nas)).find("choose 'XCP-ng in Safe Mode'"), std::string::npos);
  EXPECT_NE(way_back(recorded(old)).find("type safe,"), std::string::npos);
  EXPECT_NE(way_back(hiding(recorded(nine), "(0000:01:00.1)")).find("choose 'XenServer (Xen 4.20"),
            std::string::npos);
}

TEST(WayBack, IsElseTheKeyTheLineAndTheWords) {
  EXPECT_EQ(
      way_back(ruled(recorded(nas))),
      "If the host does not come up: press an arrow key as soon as the menu shows, press e on "
      "'XCP-ng', go to the line 'module2 /boot/vmlinuz-4.19-xen', delete "
      "'xen-pciback.hide=(0000:06:00.0)' from it, and press Ctrl-X.");
  EXPECT_NE(way_back(ruled(recorded(nine))).find("'xen_module /boot/vmlinuz-6.6-xen'"),
            std::string::npos);
  EXPECT_NE(way_back(ruled(recorded(old)))
                .find("boot a rescue medium, and delete "
                      "'pciback.hide=(0000:06:00.0)'"),
            std::string::npos);
}

/// On every recorded host, with rules everywhere or nowhere, it names what is in the file.
TEST(WayBack, NamesWhatStandsThere) {
  for (const auto& name : recorded_hosts())
    for (const auto& host : {recorded(name), ruled(recorded(name)), rescued(recorded(name)),
                             rescued(ruled(recorded(name)))}) {
      SCOPED_TRACE(name);
      const auto sentence = way_back(host);
      EXPECT_EQ(std::ranges::count(sentence, '\n'), 0);
      ASSERT_FALSE(sentence.empty());
      const bool is_kept = rescue_entry(host.boot.file).has_value();
      const bool is_named = sentence.find("choose 'pci-passthrough rescue'") != sentence.npos ||
                            sentence.find("type pci-rescue,") != sentence.npos;
      EXPECT_EQ(is_named, is_kept) << sentence;
      for (const auto i : ways_back(host))
        EXPECT_TRUE(
            find_hide_arguments(host.boot.file.entries[i].arguments, PcibackKind::pvops).empty());
    }
}

TEST(WayBack, IsUnknownWhereTheFileIs) {
  EXPECT_EQ(way_back(with_boot_text(recorded(nas), "menuentry 'XCP-ng' {\n")), "");
}

}  // namespace
}  // namespace pci_passthrough
