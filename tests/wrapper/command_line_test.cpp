#include "wrapper/command_line.hpp"

#include <gtest/gtest.h>

#include <algorithm>

#include "plugin/commands/command.hpp"

namespace pci_passthrough {
namespace {

CommandLine typed(std::vector<const char*> words) {
  words.insert(words.begin(), "pci-passthrough");
  return read_command_line(static_cast<int>(words.size()), words.data());
}

std::string argument(const CommandLine& line, const std::string& name) {
  for (const auto& [key, value] : line.request.arguments) {
    if (key == name) return value;
  }
  return "(none)";
}

bool holds(const std::string& text, std::string_view part) { return text.find(part) != text.npos; }

TEST(CommandLine, AnswersInTextUnlessAskedOtherwise) {
  const auto plain = typed({"list"});
  EXPECT_EQ(plain.status, -1);
  EXPECT_EQ(plain.request.function, "list");
  EXPECT_EQ(argument(plain, "format"), "text");
  EXPECT_EQ(argument(typed({"--json", "list"}), "format"), "json");
  EXPECT_EQ(argument(typed({"list", "--json"}), "format"), "json");
  EXPECT_EQ(argument(typed({"list", "--format", "json"}), "format"), "json");
  EXPECT_EQ(argument(typed({"list", "--format=text"}), "format"), "text");
  EXPECT_EQ(argument(typed({"list", "--svg"}), "format"), "svg");
  EXPECT_EQ(argument(typed({"--json", "list", "--svg", "width=narrow"}), "format"), "svg");
  EXPECT_EQ(argument(typed({"list", "--svg", "width=narrow"}), "width"), "narrow");
  EXPECT_EQ(argument(typed({"list", "format=svg"}), "format"), "svg");
}

TEST(CommandLine, MapsWordsToArguments) {
  const auto line = typed({"hide", "06:00.0", "--accept", "a@06:00.0", "--dry-run",
                           "07:00.0,08:00.0", "--accept=b@07:00.0"});
  ASSERT_EQ(line.status, -1) << line.message;
  EXPECT_EQ(line.request.function, "hide");
  EXPECT_EQ(argument(line, "devices"), "06:00.0,07:00.0,08:00.0");
  EXPECT_EQ(argument(line, "accept"), "a@06:00.0,b@07:00.0");
  EXPECT_EQ(argument(line, "dry-run"), "true");
  EXPECT_EQ(argument(typed({"hide", "--devices", "06:00.0"}), "devices"), "06:00.0");
  EXPECT_EQ(argument(typed({"hide", "06:00.0"}), "dry-run"), "(none)");
  EXPECT_EQ(argument(typed({"hide", "06:00.0", "--dry-run=false"}), "dry-run"), "false");
}

TEST(CommandLine, TakesArgumentsAsXapiHasThem) {
  const auto line = typed({"assign", "vm=nas", "devices=06:00.0,07:00.0", "dry-run=true",
                           "accept=a@06:00.0", "format=json"});
  ASSERT_EQ(line.status, -1) << line.message;
  EXPECT_EQ(argument(line, "vm"), "nas");
  EXPECT_EQ(argument(line, "devices"), "06:00.0,07:00.0");
  EXPECT_EQ(argument(line, "dry-run"), "true");
  EXPECT_EQ(argument(line, "accept"), "a@06:00.0");
  EXPECT_EQ(argument(line, "format"), "json");
  EXPECT_EQ(argument(typed({"--root", "/x", "verify", "--vm", "a=b"}), "vm"), "a=b");
  EXPECT_EQ(typed({"rules", "vm=nas"}).status, 2);
  EXPECT_EQ(typed({"root=/x", "rules"}).status, 2);
}

TEST(CommandLine, NamesTheHost) {
  EXPECT_EQ(typed({"list"}).root, "/");
  EXPECT_EQ(typed({"list", "--root", "/x"}).root, "/x");
  EXPECT_EQ(typed({"--host", "a.host", "list"}).recording, "a.host");
}

TEST(CommandLine, HelpAndVersionAreNoMisuse) {
  for (const char* word : {"--help", "--version", "--completion"}) {
    EXPECT_EQ(typed({word}).status, 0) << word;
    EXPECT_FALSE(typed({word}).message.empty()) << word;
  }
  EXPECT_TRUE(holds(typed({"hide", "--help"}).message, "--dry-run"));
}

TEST(CommandLine, SaysWhatIsKnown) {
  const auto nothing = typed({});
  EXPECT_EQ(nothing.status, 2);
  const auto no_command = typed({"lsit"});
  EXPECT_EQ(no_command.status, 2);
  EXPECT_TRUE(holds(no_command.message, "lsit"));
  for (const Command& command : commands()) {
    EXPECT_TRUE(holds(nothing.message, command.name)) << command.name;
    EXPECT_TRUE(holds(no_command.message, command.name)) << command.name;
  }
  const auto no_option = typed({"hide", "--dryrun", "06:00.0"});
  EXPECT_EQ(no_option.status, 2);
  EXPECT_TRUE(holds(no_option.message, "--dryrun"));
  EXPECT_TRUE(holds(no_option.message, "--dry-run"));
  EXPECT_TRUE(holds(no_option.message, "--root"));
  EXPECT_EQ(typed({"--json"}).status, 2);
  EXPECT_EQ(typed({"--root"}).status, 2);
  EXPECT_FALSE(holds(typed({"\x1b[2J"}).message, "\x1b"));
}

TEST(CommandLine, ASwitchMayHaveAnotherValue) {
  const std::vector<std::vector<const char*>> of_auto = {{"hide", "06:00.0", "--trial=auto"},
                                                         {"hide", "06:00.0", "--trial", "auto"},
                                                         {"hide", "--trial", "auto", "06:00.0"},
                                                         {"hide", "trial=auto", "06:00.0"}};
  for (const auto& words : of_auto) {
    const auto line = typed(words);
    ASSERT_EQ(line.status, -1) << line.message;
    EXPECT_EQ(argument(line, "trial"), "auto");
    EXPECT_EQ(argument(line, "devices"), "06:00.0");
  }
  EXPECT_EQ(argument(typed({"hide", "--trial", "06:00.0"}), "trial"), "true");
  EXPECT_EQ(argument(typed({"hide", "--trial", "06:00.0"}), "devices"), "06:00.0");
  EXPECT_EQ(argument(typed({"hide", "--now", "auto"}), "devices"), "auto");
}

TEST(CommandLine, EveryCommandOfTheTableCanBeTyped) {
  for (const Command& command : commands()) {
    std::vector<std::string> words{std::string(command.name)};
    for (const auto& rule : command.arguments) {
      words.push_back("--" + std::string(rule.name));
      if (!rule.is_switch()) words.push_back("x");
    }
    std::vector<const char*> pointers;
    for (const auto& word : words) pointers.push_back(word.c_str());
    const auto line = typed(pointers);
    ASSERT_EQ(line.status, -1) << line.message;
    for (const auto& rule : command.arguments) {
      EXPECT_EQ(argument(line, std::string(rule.name)), rule.is_switch() ? "true" : "x");
    }
  }
}

}  // namespace
}  // namespace pci_passthrough
