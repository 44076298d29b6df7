/// The reader of GRUB's shell against two others: grub-script-check, and sh for the quotes.
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "plugin/boot/grub_script.hpp"
#include "tests/boot/grub_script_check.hpp"
#include "tests/boot/samples.hpp"

namespace pci_passthrough {
namespace {

std::string random_script(std::mt19937& random) {
  constexpr std::string_view whole[] = {
      "menuentry 'a b' {\n\ttrue\n}\n",
      "if [ -n \"$a\" ]; then\n\tset b=$a\nelse\n true\nfi\n",
      "if true; then true; elif false; then true\nfi\n",
      "for x in 1 2; do echo $x; done\n",
      "while true; do\ntrue\ndone\n",
      "function f {\necho ${1}\n}\n",
      "set default=0\n",
      " # it's a comment {\n",
      "module2 /k a \\\n b\n",
      "echo \"a'b\" 'c\"d' e\\ f\n",
  };
  constexpr std::string_view pieces[] = {
      " ",  "\n", ";", "{", "}",  "'", "\"", "\\",  "$",  "$a", "if",   "then", "fi",
      "do", "&",  "|", "<", "[[", "a", "\t", " #x", "${", "$?", "else", "done", "\\\n"};
  const auto below = [&](std::size_t n) { return random() % n; };
  std::string text = "true\n";
  for (auto count = 1 + below(3); count > 0; --count) text += whole[below(std::size(whole))];
  for (auto count = below(3); count > 0; --count) {
    const auto place = below(text.size() + 1);
    text.replace(place, below(2), pieces[below(std::size(pieces))]);
  }
  return text;
}

bool differs_by_comment_lines(const std::string& text) {
  return text.starts_with('#') || text.find("\n#") != std::string::npos;
}

TEST(GrubSyntaxOracle, TakesWhatGrubTakesAndNothingElse) {
  if (!has_grub_script_check()) GTEST_SKIP();
  std::mt19937 random(42);
  int taken = 0, refused = 0;
  while (taken + refused < 300) {
    const auto text = random_script(random);
    if (differs_by_comment_lines(text)) continue;
    const auto script = parse_grub_script(text);
    ASSERT_EQ(!script.error, grub_accepts(text))
        << text << "\n"
        << (script.error ? script.error->sentence : "taken");
    ++(script.error ? refused : taken);
  }
  EXPECT_GT(taken, 50);
  EXPECT_GT(refused, 50);
}

/// One command line without variables; nothing where GRUB would not take it, or sh takes it
/// otherwise.
std::optional<std::string> words_of(const std::string& line) {
  const auto script = parse_grub_script(line);
  if (script.error || script.commands.size() != 1) return {};
  std::string words;
  for (const auto& word : script.commands[0].words) {
    if (word.variable) return {};
    words += word.value + '|';
  }
  return words;
}

std::string output_of_sh(const std::string& script) {
  char name[] = "/tmp/words-XXXXXX";
  close(mkstemp(name));
  std::ofstream(name, std::ios::binary) << script;
  auto* pipe = popen((std::string("/bin/sh ") + name).c_str(), "r");
  std::string output;
  for (int c; (c = std::fgetc(pipe)) != EOF;) output += static_cast<char>(c);
  pclose(pipe);
  std::remove(name);
  return output;
}

TEST(GrubSyntaxOracle, UnquotesAsShDoes) {
  constexpr std::string_view pieces[] = {"a",  "b=", ",:.",  "'", "'",  "\"", "\"",
                                         "\\", "$",  "\\\n", " ", "\t", "#"};
  std::mt19937 random(3);
  std::string script;
  std::vector<std::pair<std::string, std::string>> expected;
  while (expected.size() < 3000) {
    std::string line = "w";
    for (auto count = random() % 12; count > 0; --count)
      line += pieces[random() % std::size(pieces)];
    line += '\n';
    const auto words = words_of(line);
    if (!words || line.find("$\"") != std::string::npos || line.find("\n#") != std::string::npos)
      continue;
    expected.emplace_back(line, *words);
    script += "printf '%s|' " + line + "printf '\\001'\n";
  }
  std::istringstream output(output_of_sh(script));
  for (const auto& [line, words] : expected) {
    std::string said;
    std::getline(output, said, '\001');
    ASSERT_EQ(said, words) << line;
  }
}

}  // namespace
}  // namespace pci_passthrough
