#include <gtest/gtest.h>

#include "plugin/boot/boot_file.hpp"

namespace pci_passthrough {
namespace {

TEST(GrubMenu, ReadsTitleAndId) {
  const struct {
    const char *line, *title, *id;
  } cases[] = {
      {"menuentry 'XCP-ng' {", "XCP-ng", ""},
      {"menuentry \"XCP-ng\" --class xen --id xe --unrestricted {", "XCP-ng", "xe"},
      {"menuentry --class=xen --id=a 'b c' d {", "b c", "a"},
      {"menuentry --hotkey x --users '' A --id {", "A", ""},
      {"menuentry XCP\\ ng\\\n 'x'{", "XCP ng", ""},
  };
  for (const auto& [line, title, id] : cases) {
    const auto file = parse_grub(std::string(line) + "\ntrue\n}");
    ASSERT_FALSE(file.error) << line << file.error->sentence;
    EXPECT_EQ(file.entries.at(0).title, title) << line;
    EXPECT_EQ(file.entries[0].id, id) << line;
  }
}

TEST(GrubMenu, NamesEntriesAsXapisToolsDo) {
  const struct {
    const char *title, *label;
  } cases[] = {
      {"XenServer", "xe"},
      {"Citrix Hypervisor", "xe"},
      {"XCP-ng", "xe"},
      {"XCP-ng (Serial)", "xe-serial"},
      {"XCP-ng in Safe Mode", "safe"},
      {"XCP-ng / Safe Mode", "safe"},
      {"XCP-ng upgrade", "upgrade"},
      {"XCP-ng (Xen 4.13.1 / Linux 4.19.0+1)", "fallback"},
      {"XCP-ng (Serial, Xen 4.13.1 / Linux 4.19.0+1)", "fallback-serial"},
      {"XCP-ng (Safe Mode)", "label1"},
      {"XCP-ng kernel-alt 4.19.227", "label1"},
      {"xcp-ng", "label1"},
      {"a/b", "label1"},
      {"", "label1"},
  };
  for (const auto& [title, label] : cases) {
    const auto file = parse_grub("menuentry '" + std::string(title) + "' {\ntrue\n}");
    ASSERT_FALSE(file.error) << title;
    EXPECT_EQ(file.entries.at(0).label, label) << title;
    EXPECT_EQ(file.find(label), 0u);
  }
  const auto file =
      parse_grub("menuentry a {\ntrue\n}\nmenuentry XCP-ng {\ntrue\n}\nmenuentry a {\ntrue\n}");
  ASSERT_FALSE(file.error);
  EXPECT_EQ(file.find("label1"), 0u);
  EXPECT_EQ(file.find("label2"), 2u);
}

TEST(GrubMenu, ChoosesTheDefault) {
  constexpr auto override_block =
      "if [ -n \"$override_entry\" ]; then\n\tset default=$override_entry\nfi\n";
  const std::string loaded = "if [ -s $prefix/grubenv ]; then load_env; fi\n";
  const struct {
    std::string head;
    std::size_t chosen;
    bool by_title, overridable;
  } cases[] = {
      {"", 0, false, false},
      {"set default=1\n", 1, false, false},
      {"default=1\n", 1, false, false},
      {"set default=\"1\"\n", 1, false, false},
      {"set 'default=1'; true\n", 1, false, false},
      {"set default=1\nset default=0\n", 0, false, false},
      {"set default='XCP-ng (Serial)'\n", 1, true, false},
      {"set default=serial\n", 1, true, false},
      {loaded + "set default=1\n" + override_block, 1, false, true},
      {loaded + "set default=1\nif [ \"${override_entry}\" ]; then set "
                "default=\"${override_entry}\"; fi\n",
       1, false, true},
      {"load_env\n" + std::string(override_block), 0, false, true},
      {override_block, 0, false, false},
      {loaded + override_block + "set default=1\n", 1, false, false},
      {"set default=1\nif [ $a ]; then set default=1; fi\n", 1, false, false},
      {"if [ $a ]; then set default=1; fi\nset default=0\n", 0, false, false},
      {"set default=$saved\nset default=1\n", 1, false, false},
      {"# set default=1\n", 0, false, false},
      {"set timeout=5\nset fallback=1\n", 0, false, false},
      {"function f {\n\ttrue\n}\nf\n", 0, false, false},
  };
  for (const auto& [head, chosen, by_title, overridable] : cases) {
    const auto file = parse_grub(
        head + "menuentry XCP-ng {\ntrue\n}\nmenuentry 'XCP-ng (Serial)' --id serial {\ntrue\n}\n");
    EXPECT_FALSE(file.error) << head << file.error->sentence;
    EXPECT_EQ(file.default_entry, chosen) << head;
    EXPECT_EQ(file.default_by_title, by_title) << head;
    EXPECT_EQ(file.honours_override, overridable) << head;
  }
}

}  // namespace
}  // namespace pci_passthrough
