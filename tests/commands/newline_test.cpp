#include <gtest/gtest.h>

#include "plugin/model/failure.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

const char* const breaks[] = {"\n", "\r", "\r\n", "\t", "\x1b[2J", "\x7f", "\xc2\x85", "\xff"};

/// Where in a value a break may stand.
std::vector<std::string> broken(const std::string& value) {
  std::vector<std::string> all;
  for (const std::string mark : breaks) {
    all.push_back(mark + value);
    all.push_back(value + mark);
    all.push_back(value.substr(0, value.size() / 2) + mark + value.substr(value.size() / 2));
    all.push_back(value + mark + value);
  }
  return all;
}

bool is_one_line(const std::string& text) { return printable(text) == text; }

/// What the call throws is a line each; false where it throws nothing.
bool fails_in_lines(const Snapshot& host, const Command& command, const Given& given) try {
  const auto arguments = arguments_of(command, given);
  if (command.answer)
    command.answer(host, arguments);
  else
    command.decide(host, arguments);
  return false;
} catch (const Failure& failure) {
  EXPECT_TRUE(is_one_line(failure.sentence)) << failure.sentence;
  EXPECT_TRUE(is_one_line(failure.what())) << failure.what();
  for (const auto& detail : failure.details) EXPECT_TRUE(is_one_line(detail)) << detail;
  return true;
}

/// The arguments that a command cannot do without, and this one, by this name, as this value.
Given with_required(const Command& command, const std::string& name, const std::string& value) {
  Given given;
  for (const auto& rule : command.arguments)
    if (rule.required && rule.name != name) given.emplace_back(rule.name, rule.value);
  given.emplace_back(name, value);
  return given;
}

TEST(Newlines, OfAnArgumentNeverStandInASentence) {
  const auto host = with_vm(recorded("xcp-ng-8.3"), "nas", "0/0000:3b:00.0");
  std::size_t failed = 0;
  for (const Command& command : commands()) {
    std::vector<std::pair<std::string, std::string>> arguments = {{"format", "text"},
                                                                  {"no-such", "argument"}};
    for (const auto& rule : command.arguments) arguments.emplace_back(rule.name, rule.value);
    for (const auto& [name, value] : arguments) {
      for (const auto& one : broken(value)) {
        SCOPED_TRACE(std::string(command.name) + " " + name + "=" + printable(one));
        failed += fails_in_lines(host, command, with_required(command, name, one));
      }
      for (const auto& one : broken(name)) {
        SCOPED_TRACE(std::string(command.name) + " " + printable(one));
        EXPECT_TRUE(fails_in_lines(host, command, with_required(command, one, value)));
        ++failed;
      }
    }
  }
  EXPECT_GT(failed, 1000u);
}

}  // namespace
}  // namespace pci_passthrough
