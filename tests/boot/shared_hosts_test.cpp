/// Boot files of real machines, where the folder with them is present.
#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <map>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/grub_script_check.hpp"

namespace pci_passthrough {
namespace {

struct Expected {
  std::size_t entries = 0, xen = 0;
  std::string said{};  ///< of its error
};

const std::map<std::string, Expected> expected = {
    {"xcp-ng-8.2-grub.cfg", {5, 5}},
    {"xen-boot-grub.cfg", {5, 5}},
    {"linux-only-grub.cfg", {1, 0}},
    {"broken-no-hypervisor-grub.cfg", {1, 0, "xen_module stands here without a xen_hypervisor"}},
};

void check(const BootFile& file, const Expected& expected) {
  EXPECT_EQ(file.entries.size(), expected.entries);
  EXPECT_EQ(std::ranges::count_if(file.entries, &BootEntry::is_xen), expected.xen);
  ASSERT_EQ(file.error ? file.error->sentence.substr(0, expected.said.size()) : "", expected.said);
  if (file.error) return;
  EXPECT_EQ(file.default_entry, 0u);

  std::vector<HideEdit> edits;
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    edits.push_back({i, PcibackKind::pvops, "(0000:06:00.0)(0000:07:00.0)"});
  const auto edited = edit_hide_lists(file, edits);
  EXPECT_EQ(edited == file.text, expected.xen == 0);
  EXPECT_TRUE(!has_grub_script_check() || grub_accepts(edited));
  for (auto& edit : edits) edit.list.clear();
  EXPECT_EQ(edit_hide_lists(parse_grub(edited), edits), file.text);
}

TEST(SharedHosts, BootFilesAreReadAndComeBack) {
  const auto folder =
      std::filesystem::path(PCI_PASSTHROUGH_SOURCE_DIR) / ".." / "shared" / "hosts" / "boot";
  std::size_t read = 0;
  for (const auto& [name, what] : expected) {
    std::ifstream stream(folder / name, std::ios::binary);
    if (!stream) continue;
    SCOPED_TRACE(name);
    ++read;
    check(parse_grub({std::istreambuf_iterator<char>(stream), {}}), what);
  }
  std::cout << read << " of " << expected.size() << " boot files of real machines were read\n";
  if (read == 0) GTEST_SKIP();
}

}  // namespace
}  // namespace pci_passthrough
