#include "plugin/plans/diff.hpp"

#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <random>

#include "tests/support/asking.hpp"

namespace pci_passthrough {
namespace {

/// Two files in a directory of their own, compared by the real diff.
class Files {
 public:
  Files(std::string_view before, std::string_view after) {
    std::string path = (std::filesystem::temp_directory_path() / "diff-test.XXXXXX").string();
    if (!::mkdtemp(path.data())) throw std::runtime_error("mkdtemp");
    directory_ = path;
    std::ofstream(directory_ / "before", std::ios::binary) << before;
    std::ofstream(directory_ / "after", std::ios::binary) << after;
  }
  ~Files() { std::filesystem::remove_all(directory_); }
  Files(const Files&) = delete;

  std::string output_of(const std::string& command) const {
    const auto line = "cd '" + directory_.string() + "' && " + command;
    std::string output;
    FILE* pipe = ::popen(line.c_str(), "r");
    for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
    ::pclose(pipe);
    return output;
  }
  const std::filesystem::path& path() const { return directory_; }

 private:
  std::filesystem::path directory_;
};

std::string body(std::string_view diff) {
  for (int heading = 0; heading < 2; ++heading)
    diff.remove_prefix(std::min(diff.find('\n'), diff.size() - 1) + 1);
  return std::string(diff);
}

std::string real_body(std::string_view before, std::string_view after) {
  const auto diff = Files(before, after).output_of("diff -u before after");
  return diff.empty() ? "" : body(diff);
}

TEST(UnifiedDiff, IsWhatDiffPrints) {
  const std::string ten = "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n11\n12\n13\n14\n15\n16\n17\n18\n";
  const struct {
    std::string before, after;
  } cases[] = {
      {"a\n", "b\n"},
      {"", "a\n"},
      {"a\n", ""},
      {"", "a\nb\n"},
      {"a", "a\n"},
      {"a\n", "a"},
      {"a", "b"},
      {"a\nb", "a\nb\nc"},
      {"a\nb\nc", "a\nc"},
      {"a\r\nb\r\n", "a\r\nc\r\n"},
      {"a\n\n\nb\n", "a\n\nb\n"},
      {ten, replaced(ten, "\n2\n", "\nzwei\n")},
      {ten, replaced(replaced(ten, "\n2\n", "\nzwei\n"), "\n9\n", "\nneun\n")},
      {ten, replaced(replaced(ten, "\n2\n", "\nzwei\n"), "\n10\n", "\nzehn\n")},
      {ten, replaced(replaced(ten, "1\n2\n", "2\n"), "18\n", "18\n19\n")},
  };
  for (const auto& [before, after] : cases) {
    const auto diff = unified_diff("/boot/grub/grub.cfg", before, after);
    EXPECT_TRUE(diff.starts_with("--- /boot/grub/grub.cfg\n+++ /boot/grub/grub.cfg\n@@ ")) << diff;
    EXPECT_EQ(body(diff), real_body(before, after));
  }
}

TEST(UnifiedDiff, NoChangeIsNothing) {
  EXPECT_EQ(unified_diff("f", "a\n", "a\n"), "");
  EXPECT_EQ(unified_diff("f", "", ""), "");
}

TEST(UnifiedDiff, OfTheRecordedHostsBootFiles) {
  for (const auto& name : recorded_hosts()) {
    const auto& before = recorded(name).boot.file.text;
    for (const char* label : {"xe", "xe-serial", "fallback"}) {
      const auto after =
          text_with_arguments(recorded(name), label, "xen-pciback.hide=(0000:06:00.0)");
      EXPECT_EQ(body(unified_diff("f", before, after)), real_body(before, after)) << name << label;
    }
  }
}

TEST(UnifiedDiff, PatchTakesItWhateverTheTexts) {
  std::mt19937 random(20261124);
  const auto text = [&] {
    std::string lines;
    for (auto count = random() % 12; count > 0; --count)
      lines += std::string(1, "abc"[random() % 3]) + "\n";
    if (!lines.empty() && random() % 4 == 0) lines.pop_back();
    return lines;
  };
  if (std::system("command -v patch >/dev/null 2>&1") != 0) GTEST_SKIP() << "no patch here";
  for (int round = 0; round < 150; ++round) {
    const auto before = text(), after = text();
    if (before == after || before.empty() || after.empty()) continue;
    const Files files(before, after);
    std::ofstream(files.path() / "change", std::ios::binary)
        << unified_diff("before", before, after);
    const auto said = files.output_of("patch -s before change 2>&1");
    ASSERT_EQ(said, "");
    ASSERT_EQ(text_of_file(files.path() / "before"), after)
        << unified_diff("before", before, after);
  }
}

}  // namespace
}  // namespace pci_passthrough
