/// The rescue entry in every kind of boot file: added, kept in step, taken away.
#include "plugin/boot/rescue.hpp"

#include <gtest/gtest.h>

#include "plugin/boot/platform.hpp"
#include "tests/boot/grub_script_check.hpp"
#include "tests/boot/samples.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view list = "(0000:06:00.0)(0000:07:00.0)";

/// The entries without the rescue entry, as far as anybody tells them apart.
std::vector<std::string> told(const BootFile& file) {
  std::vector<std::string> all;
  for (const auto& entry : file.entries) {
    if (is_rescue(file.loader, entry)) continue;
    std::string text = entry.title + "|" + entry.label + "|" + entry.id + "|" + entry.command_line;
    for (const auto& part : entry.files) text += "|" + part;
    for (const auto& argument : entry.xen_arguments) text += "|" + argument;
    all.push_back(text);
  }
  return all;
}

BootFile with_rules(const BootFile& file, std::string_view rules) {
  std::vector<HideEdit> edits;
  for (std::size_t i = 0; i < file.entries.size(); ++i)
    if (!is_rescue(file.loader, file.entries[i]))
      edits.push_back({i, pciback_kind(file.entries[i], "4.19"), std::string(rules)});
  return with_text(file, edit_hide_lists(file, edits));
}

/// What an editor or a script may have made of a file, and its loader does not mind.
std::vector<std::string> dressed(const std::string& text) {
  auto no_end = text;
  while (no_end.ends_with('\n')) no_end.pop_back();
  return {text,
          no_end,
          text + "\n\n",
          text + "# the end\n",
          text + "#end",
          text + "\n#\n\n",
          no_end + "\n \t \n   ",
          all_replaced(text, "\n", "\r\n"),
          all_replaced(text, "  ", "\t")};
}

std::vector<BootFile> all_files() {
  std::vector<BootFile> files;
  const auto add = [&](const BootFile& file) {
    for (const auto& text : dressed(file.text)) {
      const auto read = with_text(file, text);
      if (read.error) continue;
      files.push_back(read);
      files.push_back(with_rules(read, list));
      files.push_back(with_rules(read, ""));
    }
  };
  for (const auto& name : recorded_hosts()) add(recorded(name).boot.file);
  add(parse_grub(std::string(sample_grub)));
  add(parse_extlinux(std::string(sample_extlinux)));
  add(parse_grub(all_replaced(all_replaced(sample_grub, "multiboot2", "xen_hypervisor"), "module2",
                              "xen_module")));
  for (const char* choice : {"default=1", "default=2", "default=3"})
    add(parse_grub(all_replaced(sample_grub, "default=0", choice)));
  add(parse_grub(all_replaced(sample_grub, "menuentry 'XCP-ng' {",
                              "menuentry 'XCP-ng' --id xs --class xen --unrestricted {")));
  add(parse_grub(all_replaced(sample_grub, "menuentry 'XCP-ng' {",
                              "menuentry --hotkey x --id=xs 'XCP-ng' --class=xen\\\n {")));
  for (const char* choice : {"xe-serial", "safe"})
    add(parse_extlinux(
        all_replaced(sample_extlinux, "default xe\n", "default " + std::string(choice) + "\n")));
  return files;
}

TEST(RescueEntry, IsAddedAndTakenAwayAndNothingElseReadsOtherwise) {
  std::size_t tried = 0;
  for (const auto& file : all_files()) {
    SCOPED_TRACE(file.text);
    const auto text = with_rescue(file);
    ASSERT_TRUE(text);
    ++tried;
    EXPECT_EQ(text->substr(0, file.text.size()), file.text) << "it is appended";
    const auto after = with_text(file, *text);
    ASSERT_FALSE(after.error);
    EXPECT_EQ(told(after), told(file));
    EXPECT_EQ(after.default_entry, file.default_entry);
    ASSERT_EQ(rescue_entry(after), file.entries.size());
    const auto &entry = after.entries.back(), &model = file.entries[*own_model(file)];
    EXPECT_TRUE(find_hide_arguments(entry.arguments, PcibackKind::pvops).empty());
    EXPECT_EQ(entry.files, model.files);
    EXPECT_EQ(entry.xen_arguments, model.xen_arguments);
    EXPECT_TRUE(entry.id.empty());
    EXPECT_EQ(with_rescue(after), *text) << "twice is once";
    EXPECT_TRUE(rescue_is_in_step(after));
    EXPECT_EQ(without_rescue(after), file.text);
    EXPECT_EQ(without_rescue(file), file.text);
    if (file.loader == BootLoader::grub && tried % 8 == 1 && has_grub_script_check() &&
        grub_accepts(file.text))
      EXPECT_TRUE(grub_accepts(*text));
  }
  EXPECT_GT(tried, 100u);
}

TEST(RescueEntry, IsNoMatterOfRules) {
  for (const auto& file : all_files()) {
    SCOPED_TRACE(file.text);
    const auto rescued = with_text(file, with_rescue(file).value());
    for (const auto rules : {list, std::string_view()}) {
      const auto changed = with_rules(rescued, rules);
      EXPECT_TRUE(rescue_is_in_step(changed));
      EXPECT_EQ(with_rescue(changed), changed.text);
      EXPECT_EQ(without_rescue(changed), with_rules(file, rules).text);
    }
  }
}

TEST(RescueEntry, FollowsItsModelWhereItStands) {
  for (const auto& file : all_files()) {
    SCOPED_TRACE(file.text);
    const auto rescued = with_text(file, with_rescue(file).value());
    auto text = rescued.text;
    text.insert(rescued.entries[*own_model(rescued)].arguments_end, " mitigations=off");
    const auto updated = with_text(file, text);
    EXPECT_FALSE(rescue_is_in_step(updated));
    const auto mended = with_text(file, with_rescue(updated).value());
    EXPECT_TRUE(rescue_is_in_step(mended));
    EXPECT_EQ(told(mended), told(updated));
    EXPECT_NE(mended.entries.back().command_line.find("mitigations=off"), std::string::npos);
  }
}

TEST(RescueEntry, LosesARuleThatSomebodyPutsThere) {
  for (const auto& file : all_files()) {
    SCOPED_TRACE(file.text);
    const auto rescued = with_text(file, with_rescue(file).value());
    const auto ruled = with_text(
        file,
        edit_hide_lists(rescued, {{*rescue_entry(rescued), PcibackKind::pvops, "(01:00.0)"}}));
    EXPECT_FALSE(rescue_is_in_step(ruled));
    EXPECT_EQ(told(with_text(file, with_rescue(ruled).value())), told(file));
    EXPECT_TRUE(rescue_is_in_step(with_text(file, with_rescue(ruled).value())));
  }
}

/// An upgrade or a person adds an entry behind it; grubenv and the default go by numbers.
TEST(RescueEntry, IsKeptAndMendedInTheMiddle) {
  const auto grub = parse_grub(std::string(sample_grub));
  const std::string more = "menuentry 'memtest' {\n\tlinux16 /boot/memtest\n}\n";
  const auto text = with_rescue(grub).value();
  EXPECT_EQ(without_rescue(parse_grub(text + more)), grub.text + more);
  const auto updated = parse_grub(all_replaced(text + more, "vmlinuz-4.19-xen", "vmlinuz-4.20"));
  EXPECT_EQ(with_rescue(updated), updated.text);
  const auto extlinux = parse_extlinux(std::string(sample_extlinux));
  const std::string other = "\nlabel memtest\n  kernel memtest\n";
  EXPECT_EQ(without_rescue(parse_extlinux(with_rescue(extlinux).value() + other)),
            extlinux.text + other);
}

TEST(RescueEntry, IsNotMadeOfWhatCannotBeKnown) {
  const auto of = [](std::string_view from, std::string_view to) {
    return with_rescue(parse_grub(all_replaced(sample_grub, from, to)));
  };
  EXPECT_TRUE(of("quiet", "quiet"));
  EXPECT_FALSE(of("quiet", "$rules"));
  EXPECT_FALSE(of("multiboot2", "linux"));
  EXPECT_FALSE(of("default=0", "default=7"));
  EXPECT_FALSE(with_rescue(parse_grub(std::string(sample_grub) + "# goes on \\")) &&
               with_rescue(parse_grub(std::string(sample_grub) + "}")));
}

TEST(RescueEntry, IsMadeOfXeWhereItIsTheDefaultItself) {
  const auto text = with_rescue(parse_grub(std::string(sample_grub))).value();
  const auto file = parse_grub(all_replaced(text, "default=0", "default=5"));
  EXPECT_EQ(file.default_entry, rescue_entry(file));
  EXPECT_EQ(own_model(file), file.find("xe"));
  EXPECT_EQ(with_rescue(file), file.text);
}

/// xen-cmdline keeps the entry, its place, what it boots and every other label.
TEST(RescueEntry, OutlivesThePlatformsTools) {
  std::size_t written = 0;
  for (const auto& file : all_files())
    for (const auto tools :
         {PlatformTools::python2, PlatformTools::python3, PlatformTools::xen_boot}) {
      SCOPED_TRACE(file.text);
      const auto before = platform_view(file, tools);
      const auto rescued = with_text(file, with_rescue(file).value());
      const auto view = platform_view(rescued, tools);
      ASSERT_EQ(before.fails, view.fails);
      if (view.fails) continue;
      EXPECT_EQ(view.default_label, before.default_label);
      EXPECT_EQ(view.default_entry, before.default_entry);
      ASSERT_EQ(view.entries.size(), before.entries.size() + 1);
      for (std::size_t i = 0; i < before.entries.size(); ++i)
        EXPECT_EQ(view.entries[i].label, before.entries[i].label);
      for (const auto& problem : view.problems) EXPECT_TRUE(before.has(problem.kind));
      EXPECT_FALSE(is_platform_label(view.entries.back().label));

      const auto set = platform_set(view, "xen-pciback.hide=(0000:09:00.0)");
      ASSERT_EQ(set.has_value(), platform_set(before, "xen-pciback.hide=(0)").has_value());
      if (!set || !before.problems.empty()) continue;
      ++written;
      const auto after = with_text(file, *set);
      const auto rescue = rescue_entry(after);
      ASSERT_EQ(rescue, file.entries.size());
      EXPECT_EQ(after.entries[*rescue].files, rescued.entries[*rescue].files);
      EXPECT_TRUE(
          find_hide_arguments(after.entries[*rescue].arguments, PcibackKind::pvops).empty());
      EXPECT_EQ(after.default_entry, file.default_entry);
      EXPECT_TRUE(rescue_is_in_step(after));
    }
  EXPECT_GT(written, 20u);
}

}  // namespace
}  // namespace pci_passthrough
