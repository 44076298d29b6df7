#include "plugin/commands/list_text.hpp"

#include <gtest/gtest.h>

#include <regex>
#include <sstream>

#include "plugin/model/listing_json.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

std::string text_of(const Snapshot& host, Given given, const Terminal& terminal) {
  given.emplace_back("format", "text");
  const auto& list = find_command("list");
  const auto arguments = arguments_of(list, given);
  const Analysis analysis(host);
  return list.text(analysis, list.answer(analysis, arguments), arguments, terminal);
}

std::string without_colours(const std::string& text) {
  return std::regex_replace(text, std::regex("\x1b\\[[0-9]*m"), "");
}

std::size_t widest_line(const std::string& text) {
  std::size_t most = 0;
  std::istringstream lines(without_colours(text));
  for (std::string line; std::getline(lines, line);)
    most = std::max<std::size_t>(most, std::ranges::count_if(line, [](char c) {
                                   return (static_cast<unsigned char>(c) & 0xc0) != 0x80;
                                 }));
  return most;
}

std::vector<std::string> every_host() {
  auto names = recorded_hosts();
  std::ranges::copy(recorded_hosts("sick/"), std::back_inserter(names));
  return names;
}

TEST(ListText, IsNoWiderThanTheTerminal) {
  for (const auto& name : every_host())
    for (const std::size_t columns : {80, 100, 132, 250})
      for (const Given& given : {Given{}, Given{{"tree", "true"}}})
        EXPECT_LE(widest_line(text_of(recorded(name), given, {columns, true})), columns) << name;
}

TEST(ListText, WithoutATerminalIsTheTable) {
  for (const auto& name : every_host())
    EXPECT_EQ(text_of(recorded(name), {}, {}),
              find_command("list").table(asked(recorded(name), "list")));
}

TEST(ListText, NamesAreWholeOnAWideTerminal) {
  const auto& host = recorded(nas);
  EXPECT_EQ(text_of(host, {}, {100, false}).find("High Definition Audio"), std::string::npos);
  EXPECT_NE(text_of(host, {}, {200, false}).find("High Definition Audio"), std::string::npos);
  EXPECT_EQ(text_of(host, {}, {400, false}).find(".."), std::string::npos);
}

TEST(ListText, ColoursSayNothingThatTheWordsDoNot) {
  for (const auto& name : every_host())
    for (const Given& given : {Given{}, Given{{"tree", "true"}}})
      EXPECT_EQ(without_colours(text_of(recorded(name), given, {100, true})),
                text_of(recorded(name), given, {100, false}))
          << name;
  const auto text = text_of(recorded(nas), {}, {100, true});
  EXPECT_NE(text.find("0000:88:00.0 \x1b[31mNEEDED\x1b[0m "), std::string::npos) << text;
  EXPECT_NE(text.find("0000:3b:00.0 \x1b[32mhidden\x1b[0m "), std::string::npos);
  EXPECT_NE(text.find("0000:01:00.0 \x1b[33mhides at boot\x1b[0m "), std::string::npos);
}

TEST(ListText, TheTreeHasEachFunctionBelowItsBridge) {
  for (const auto& name : every_host()) {
    const auto text = text_of(recorded(name), {{"tree", "true"}}, {250, false});
    std::map<PciAddress, std::size_t> depth;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      const auto at = line.find('-') + 1;
      if (const auto address = PciAddress::parse(line.substr(at, line.find(' ', at) - at)))
        depth[*address] = at;
    }
    for (const auto& function : recorded(name).functions) {
      ASSERT_TRUE(depth.contains(function.address)) << name << function.address.text();
      EXPECT_EQ(depth[function.address], 2 * function.path.size() + 2) << function.address.text();
    }
  }
}

TEST(ListText, OfADeviceIsAllThatIsKnownOfIt) {
  const auto host = with_vm(recorded(nas), "nas", "0/0000:18:00.0");
  const auto text = text_of(host, {{"devices", "18:00.0"}}, {});
  for (const char* said : {"0000:18:00.0 ", "DOM0          dom0's\n", "DRIVER        mpt3sas\n",
                           "behind 0000:17:00.0", "RESET ", "MSI-X (", "disk sdc",
                           "VMS           'nas' (Halted)\n", "assigned-not-hidden", "-> "})
    EXPECT_NE(text.find(said), std::string::npos) << said << "\n" << text;
  const auto untold = text_of(recorded(nas), {{"devices", "18:00.0,3b:00.0"}}, {});
  EXPECT_NE(untold.find("VMS           unknown\n"), std::string::npos) << untold;
  EXPECT_NE(untold.find("\n\n0000:3b:00.0 "), std::string::npos) << "one after the other";
  EXPECT_EQ(refused(host, "list", {{"tree", "true"}}),
            "PCI_PASSTHROUGH_INVALID_ARGUMENT: tree describes a text; give format=text, too");
}

}  // namespace
}  // namespace pci_passthrough
