/// The default that grubenv chooses.
#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough::environment {
namespace {

const std::string signature = "# GRUB Environment Block\n";
const std::string loaded = "if [ -s $prefix/grubenv ]; then load_env; fi\n";
const std::string entries =
    "menuentry XCP-ng {\ntrue\n}\nmenuentry 'XCP-ng (Serial)' --id serial {\ntrue\n}\n";
const std::string by_saved = loaded + "set default=\"${saved_entry}\"\n";
const std::string if_saved =
    loaded + "set default=1\nif [ \"${saved_entry}\" ]; then set default=$saved_entry; fi\n";

TEST(Environment, ChoosesTheDefault) {
  const struct {
    std::string head, variables;
    std::size_t chosen;
    std::optional<std::string> stale;
  } cases[] = {
      {by_saved, "saved_entry=1\n", 1, {}},
      {by_saved, "saved_entry=XCP-ng (Serial)\n", 1, {}},
      {by_saved, "saved_entry=serial\n", 1, {}},
      {by_saved, "saved_entry=4\n", 0, "4"},
      {by_saved, "saved_entry=Gone\n", 0, "Gone"},
      {by_saved, "saved_entry=\n", 0, {}},
      {by_saved, "other=1\n", 0, {}},
      {loaded + "set default=$saved_entry\n", "saved_entry=1\n", 1, {}},
      {loaded + "set default=1\nset default=$saved_entry\n", "", 0, {}},
      {by_saved + "set default=0\n", "saved_entry=1\n", 0, {}},
      {if_saved, "saved_entry=0\n", 0, {}},
      {if_saved, "", 1, {}},
      {if_saved, "saved_entry=7\n", 0, "7"},
  };
  for (const auto& [head, variables, chosen, stale] : cases) {
    const auto text = head + entries;
    const auto file = parse_grub_with(text, signature + variables + "####");
    EXPECT_FALSE(file.trouble) << head << file.trouble->sentence;
    EXPECT_TRUE(file.needs_environment);
    EXPECT_FALSE(file.default_by_title);
    EXPECT_EQ(file.default_entry, chosen) << head << variables;
    EXPECT_EQ(file.stale_default, stale) << head << variables;
    EXPECT_EQ(with_text(file, text).default_entry, chosen);
    const bool told = head.ends_with("default=0\n");
    EXPECT_EQ(parse_grub(text).trouble.has_value(), !told) << "without grubenv it cannot be told";
    EXPECT_TRUE(parse_grub(text).needs_environment);
  }
}

TEST(Environment, WhatElseChangesTheVariableLeavesItUnknown) {
  const std::string heads[] = {
      "set default=$saved_entry\n" + loaded,
      loaded + "set saved_entry=1\nset default=$saved_entry\n",
      loaded + "if [ a ]; then set default=$saved_entry; fi\n",
      loaded + "set default=$saved_entry$x\n",
      loaded + "if [ -z \"$saved_entry\" ]; then set default=$saved_entry; fi\n",
  };
  for (const auto& head : heads)
    EXPECT_TRUE(parse_grub_with(head + entries, signature + "saved_entry=1\n").trouble) << head;
}

TEST(Environment, AStaleOneIsToldFromAnUnreadableOne) {
  const auto file = parse_grub(entries);
  for (const char* stale : {"2", "44", "Gone", "-1"}) EXPECT_TRUE(names_no_entry(file, stale));
  for (const char* other : {"0", "1", "serial", "XCP-ng", "1x", " 1", "0x9"})
    EXPECT_FALSE(names_no_entry(file, other)) << other;
}

TEST(Environment, AnOpenQuoteStopsItsOwnEntryAlone) {
  const std::string broken =
      "menuentry 'XCP-ng' {\nmultiboot2 /x\nmodule2 /k a\n}\n"
      "menuentry 'XCP-ng (Serial)' {\nmultiboot2 /x\nmodule2 /k 'g\"h'\n}\n";
  const auto file = parse_grub(broken);
  EXPECT_FALSE(file.trouble);
  EXPECT_FALSE(file.entries.at(0).trouble);
  ASSERT_TRUE(file.entries.at(1).trouble);
  EXPECT_EQ(file.entries[1].trouble->line, 7u);
  const auto edited = edit_hide_lists(
      file, {{0, PcibackKind::pvops, "(0000:06:00.0)"}, {1, PcibackKind::pvops, "(0000:06:00.0)"}});
  EXPECT_EQ(edited, all_replaced(broken, "/k a", "/k a xen-pciback.hide=(0000:06:00.0)"));
  EXPECT_TRUE(parse_grub("set default=1\n" + broken).trouble);

  const auto extlinux = parse_extlinux(all_replaced(
      sample_extlinux, "com1=115200,8n1 --- /boot/vmlinuz", "com1 --- /boot/vmlinuz a=\"b"));
  EXPECT_FALSE(extlinux.trouble);
}

}  // namespace
}  // namespace pci_passthrough::environment
