/// The platform's eye. What is expected here was seen of the real xcp/bootloader.py (2.3.5, 3.0.3,
/// 3.0.10) and xen-cmdline.
#include "plugin/boot/platform.hpp"

#include <gtest/gtest.h>

#include "tests/boot/dice.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough::platform {
namespace {

using Kind = PlatformProblemKind;
using enum PlatformTools;
using Lines = std::optional<std::vector<std::string>>;

constexpr auto key = "xen-pciback.hide";
const Lines none = std::vector<std::string>{};
const std::string list = "xen-pciback.hide=(0000:06:00.0)";

std::string with(std::string_view from, std::string_view to) {
  const auto whole = all_replaced(sample_grub, "xen-fallback.gz\n", "xen-fallback.gz a\n");
  return all_replaced(whole, from, to);
}
std::string kernel(std::string_view added) {
  return with("splash plymouth.x", "splash plymouth.x" + std::string(added));
}

Lines printed(const std::string& text, PlatformTools tools = python3) {
  return platform_arguments(platform_view(parse_grub(text), tools), key);
}

TEST(Platform, GetPrintsTheRawTextOfTheDefaultEntry) {
  const struct {
    std::string added;
    Lines printed;
  } cases[] = {
      {"", none},
      {" " + list, {{list}}},
      {" " + list + ";", {{list + ";"}}},
      {" xen-pciback.hide=\"(1:0.0) (2:0.0)\" b", {{"xen-pciback.hide=\"(1:0.0) (2:0.0)\""}}},
      {" '" + list + "'", none},
      {"\t" + list, none},
      {"\v" + list, none},
      {"\xc2\xa0" + list, none},
      {" " + list + "\tb", {{list + "\tb"}}},
      {" xen_pciback.hide=(1:0.0)", none},
      {" " + list + " xen-pciback.hide", {{list, "xen-pciback.hide"}}},
      {" # " + list, {{list}}},
  };
  for (const auto& [added, lines] : cases) EXPECT_EQ(printed(kernel(added)), lines) << added;
  EXPECT_EQ(printed(with("set default=0", "set default=2")), none);
  EXPECT_EQ(printed(with("set default=0", "set default=-1")), none);
  EXPECT_EQ(printed(with("set default=0", "set default='XCP-ng'")), std::nullopt);
  EXPECT_EQ(printed(with("set default=0", "set default=0;")), std::nullopt);
}

TEST(Platform, ASetWritesTheWholeFileAgain) {
  const auto text = kernel("");
  for (const auto tools : {python2, python3, xen_boot}) {
    const auto set = platform_set(platform_view(parse_grub(text), tools), list);
    ASSERT_TRUE(set);
    const auto file = parse_grub(*set);
    for (std::size_t i = 0; i < file.entries.size(); ++i)
      EXPECT_EQ(find_hide_arguments(file.entries[i].arguments, PcibackKind::pvops).read.size(),
                i < 2 ? 1u : 0u);
  }
  for (const auto tools : {python2, python3})
    EXPECT_FALSE(platform_set(platform_view(parse_grub(std::string(sample_grub)), tools), list))
        << "an entry whose Xen has no arguments stops the older tools";
  const auto extlinux = platform_view(parse_extlinux(std::string(sample_extlinux)), python2);
  EXPECT_EQ(platform_set(extlinux, list),
            all_replaced(all_replaced(sample_extlinux, "quiet splash", "quiet splash " + list),
                         "console=hvc0 ---", "console=hvc0 " + list + " ---"));
}

TEST(Platform, ProblemsAndTheirLines) {
  const struct {
    std::string text;
    Kind kind;
    std::size_t line;
    PlatformHarm harm;
  } cases[] = {
      {with("timeout=5", "timeout=\"5\""), Kind::bad_number, 5, PlatformHarm::fails},
      {with("default=0", "default=7"), Kind::default_beyond, 4, PlatformHarm::fails},
      {"set default=0\n", Kind::no_entries, 1, PlatformHarm::fails},
      {with("default=0", "default=$x"), Kind::default_unknown, 0, PlatformHarm::read_fails},
      {with("multiboot2", "multiboot"), Kind::no_hypervisor, 17, PlatformHarm::fails},
      {kernel("") + "echo\n", Kind::tail_lost, 41, PlatformHarm::write_changes},
      {kernel(" \\\n\tb"), Kind::line_torn, 17, PlatformHarm::write_changes},
      {kernel(" # why"), Kind::list_behind_remark, 17, PlatformHarm::write_changes},
      {kernel(" -- x"), Kind::list_behind_dashes, 17, PlatformHarm::write_changes},
      {kernel(" " + list + ";"), Kind::list_behind_semicolon, 17, PlatformHarm::write_changes},
      {with("'XCP-ng in Safe Mode'", "safe"), Kind::entry_not_seen, 26,
       PlatformHarm::write_changes},
      {with("menuentry 'XCP-ng' {", "menuentry 'a' { true; }\nmenuentry 'XCP-ng' {"),
       Kind::entry_lost, 14, PlatformHarm::write_changes},
      {with("splash plymouth.x", "splash\n\tfi_x"), Kind::body_moved, 18,
       PlatformHarm::write_changes},
      {with("-4.19-xen.img\n}\nmenuentry 'XCP-ng (S",
            "-4.19-xen.img\n\tmodule2 /x\n}\nmenuentry "
            "'XCP-ng (S"),
       Kind::command_lost, 19, PlatformHarm::write_changes},
      {with("terminal_output serial console", "terminal_output gfxterm"), Kind::header_lost, 3,
       PlatformHarm::write_changes},
      {with("timeout=5", "timeout=0"), Kind::header_lost, 5, PlatformHarm::write_changes},
      {kernel(" a=\xff"), Kind::text_replaced, 17, PlatformHarm::write_changes},
      {kernel(" 'a  b'"), Kind::quotes_joined, 17, PlatformHarm::write_changes},
  };
  for (const auto& [text, kind, line, harm] : cases) {
    const auto view = platform_view(parse_grub(text), xen_boot);
    EXPECT_EQ(harm_of(kind), harm);
    const auto found =
        std::ranges::find_if(view.problems, [kind = kind, line = line](const PlatformProblem& one) {
          return one.kind == kind && one.line == line;
        });
    EXPECT_NE(found, view.problems.end()) << explained(kind) << text;
    EXPECT_EQ(view.fails, harm == PlatformHarm::fails) << text;
  }
  EXPECT_TRUE(platform_view(parse_grub(kernel("")), xen_boot).problems.empty());
  EXPECT_TRUE(
      platform_view(parse_extlinux(std::string(sample_extlinux)), python2).problems.empty());
}

TEST(Platform, TheInstallerKeepsTheFirstListOfTheDefault) {
  const auto kept = [](const std::string& added) {
    return kept_by_installer(platform_view(parse_grub(kernel(added)), python3));
  };
  EXPECT_EQ(kept(" " + list + " xen-pciback.hide=(07:00.0)"), list);
  EXPECT_EQ(kept("\t" + list), std::nullopt);
  EXPECT_EQ(kept(" xen_pciback.hide=(06:00.0)"), std::nullopt);
}

TEST(Platform, WhichToolsAReleaseHas) {
  const struct {
    const char* version;
    std::optional<PlatformTools> tools;
  } cases[] = {{"6.2.0", python2}, {"7.6.0", python2},  {"8.2.1", python2}, {"8.3.0", python3},
               {"8.4.0", python3}, {"9.0.0", xen_boot}, {"", {}},           {"x", {}}};
  for (const auto& [version, tools] : cases) EXPECT_EQ(platform_tools(version), tools) << version;
}

/// Where nothing is told, what boots after a set is what booted before.
TEST(Platform, NothingChangesSilently) {
  constexpr std::string_view pieces[] = {
      "\n", "\t# x\n", "\tinsmod a\n", " ",      ";", "'",    "\"",   "\\\n",
      "\t", "}\n",     "set x=1\n",    "\tfi\n", "{", "\xa0", "# y\n"};
  Dice dice{std::mt19937(13)};
  std::size_t silent = 0;
  for (int round = 0; round < 150; ++round) {
    std::string text(sample_grub);
    for (auto count = dice.below(3); count > 0; --count)
      text.insert(dice.below(text.size()), dice.one_of(pieces));
    const auto file = parse_grub(text);
    const auto view = platform_view(file, xen_boot);
    const auto set = platform_set(view, list);
    const bool told = std::ranges::any_of(view.problems, [](const auto& one) {
      return harm_of(one.kind) == PlatformHarm::write_changes;
    });
    if (!set || told || file.trouble) continue;
    ++silent;
    const auto after = parse_grub(*set);
    ASSERT_FALSE(after.trouble) << text;
    ASSERT_EQ(after.default_entry, file.default_entry) << text;
    ASSERT_EQ(after.entries.size(), file.entries.size()) << text;
    for (std::size_t i = 0; i < after.entries.size(); ++i)
      ASSERT_EQ(after.entries[i].files, file.entries[i].files) << text;
  }
  EXPECT_GT(silent, 10u);
}

}  // namespace
}  // namespace pci_passthrough::platform
