/// The trial entry in every kind of boot file, and the mark that boots it once.
#include "plugin/boot/trial.hpp"

#include <gtest/gtest.h>

#include <cstdint>

#include "plugin/boot/once_mark.hpp"
#include "plugin/boot/platform.hpp"
#include "plugin/boot/rescue.hpp"
#include "tests/boot/grub_script_check.hpp"
#include "tests/boot/samples.hpp"
#include "tests/support/recorded_host.hpp"

namespace pci_passthrough {
namespace {

constexpr std::string_view ruled_list = "(0000:06:00.0)(0000:07:00.0)";

std::vector<BootFile> tried_files() {
  std::vector<BootFile> files;
  for (const auto& name : recorded_hosts()) {
    files.push_back(recorded(name).boot.file);
    if (const auto rescued = with_rescue(files.back()))
      files.push_back(with_text(files.back(), *rescued));
  }
  files.push_back(parse_grub(std::string(sample_grub)));
  return files;
}

const BootEntry& trial_of(const BootFile& file) {
  return file.entries.at(trial_entry(file).value());
}

TEST(TrialEntry, IsTheEverydayOneWithTheRule) {
  int tried = 0;
  for (const auto& file : tried_files()) {
    const auto model = own_model(file);
    if (!model) continue;
    ++tried;
    const auto kind = pciback_kind(file.entries[*model], "");
    const auto text = with_trial(file, kind, ruled_list, "1b4e28ba");
    ASSERT_TRUE(text) << file.text;
    const auto after = with_text(file, *text);
    const auto& entry = trial_of(after);
    EXPECT_EQ(trial_entry(after), file.entries.size()) << "every number keeps its meaning";
    EXPECT_EQ(after.default_entry, file.default_entry);
    EXPECT_EQ(entry.files, file.entries[*model].files);
    EXPECT_EQ(entry.xen_arguments, file.entries[*model].xen_arguments);
    EXPECT_EQ(find_hide_arguments(entry.arguments, kind).value(), ruled_list);
    EXPECT_EQ(trial_id(entry.arguments), "1b4e28ba");
    EXPECT_EQ(running_trial_id(entry.command_line), "1b4e28ba");
    EXPECT_TRUE(trial_is_in_step(after, ""));
    EXPECT_EQ(without_trial(after), file.text);
    EXPECT_TRUE(text->starts_with(file.text.substr(0, file.text.find_last_not_of("\n") + 1)));
    if (file.loader == BootLoader::extlinux) continue;
    EXPECT_TRUE(entry.label.starts_with("label")) << entry.label;
    const auto body = text->substr(entry.range.begin);
    EXPECT_LT(body.find("unset override_entry"), body.find("save_env override_entry"));
    EXPECT_LT(body.find("save_env override_entry"), body.find(entry.kernel));
    if (has_grub_script_check()) EXPECT_TRUE(grub_accepts(*text)) << *text;
  }
  EXPECT_GE(tried, 7);
}

TEST(TrialEntry, ASecondOneTakesThePlaceOfTheFirst) {
  const auto& file = recorded(nine).boot.file;
  const auto first =
      with_text(file, with_trial(file, PcibackKind::pvops, ruled_list, "11111111").value());
  const auto rescued = with_text(first, with_rescue(first).value());
  const auto second =
      with_text(rescued, with_trial(rescued, PcibackKind::pvops, "(0000:01:00.0)", "22").value());
  EXPECT_EQ(second.entries.size(), file.entries.size() + 2);
  EXPECT_EQ(trial_entry(second), file.entries.size() + 1);
  EXPECT_EQ(trial_id(trial_of(second).arguments), "22");
}

TEST(TrialEntry, FallsBehind) {
  const auto& host = recorded(nine);
  const auto file =
      with_text(host.boot.file,
                with_trial(host.boot.file, PcibackKind::pvops, ruled_list, "11111111").value());
  auto text = file.text;
  text.insert(file.entries[file.find("xe").value()].arguments_end, " mitigations=off");
  EXPECT_FALSE(trial_is_in_step(with_text(file, text), ""));
}

TEST(Mark, IsSetInAnEnvironmentBlock) {
  const auto empty = empty_environment();
  EXPECT_EQ(empty.size(), 1024u);
  const auto set = environment_with(empty, "override_entry", "5").value();
  EXPECT_EQ(set.size(), 1024u);
  EXPECT_TRUE(set.starts_with("# GRUB Environment Block\noverride_entry=5\n#"));
  EXPECT_EQ(override_entry(set), "5");
  EXPECT_EQ(environment_with(set, "override_entry", std::nullopt), empty);
  const auto beside = environment_with(set, "saved_entry", "a\\b\nc").value();
  EXPECT_EQ(environment_value(beside, "saved_entry"), "a\\b\nc");
  EXPECT_EQ(override_entry(environment_with(beside, "override_entry", "12").value()), "12");
  EXPECT_EQ(environment_with(beside, "saved_entry", std::nullopt), set);
}

TEST(Mark, NeedsABlockThatHasRoom) {
  EXPECT_FALSE(environment_with("", "override_entry", "5"));
  EXPECT_FALSE(environment_with("set default=0\n", "override_entry", "5"));
  const auto full = environment_with(empty_environment(), "a", std::string(996, 'x')).value();
  EXPECT_EQ(full.size(), 1024u);
  EXPECT_FALSE(environment_with(full, "override_entry", "5"));
  EXPECT_TRUE(environment_with(full, "a", "1"));
}

/// As setadv.c lays it out.
std::string vector_with(std::string data) {
  data.resize(extlinux_vector_size - 12, '\0');
  const auto word = [](std::uint32_t value) {
    std::string bytes;
    for (int i = 0; i < 4; ++i) bytes += static_cast<char>(value >> (8 * i) & 0xff);
    return bytes;
  };
  std::uint32_t sum = 0xa3041767;
  for (std::size_t at = 0; at < data.size(); at += 4) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < 4; ++i)
      value |= static_cast<std::uint32_t>(static_cast<unsigned char>(data[at + i])) << (8 * i);
    sum -= value;
  }
  return word(0x5a2d2fa5) + word(sum) + data + word(0xdd28bf64);
}

TEST(Mark, IsReadFromTheVectorOfExtlinux) {
  using namespace std::string_literals;
  const auto none = vector_with("");
  const auto once = vector_with("\x01\x09pci-trial"s);
  const auto behind = vector_with("\x02\x02xe\x01\x04safe"s);
  auto torn = once;
  torn[20] ^= 1;
  EXPECT_EQ(extlinux_once(none + none), "");
  EXPECT_EQ(extlinux_once(once + once), "pci-trial");
  EXPECT_EQ(extlinux_once(behind + behind), "safe");
  EXPECT_EQ(extlinux_once(torn + once), "pci-trial") << "the second copy";
  EXPECT_EQ(extlinux_once(torn + torn), std::nullopt);
  EXPECT_EQ(extlinux_once(once), std::nullopt);
  EXPECT_EQ(extlinux_once(std::string(1024, '\0')), std::nullopt);
}

}  // namespace
}  // namespace pci_passthrough
