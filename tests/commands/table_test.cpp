#include <gtest/gtest.h>

#include <sstream>

#include "plugin/commands/layout.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

constexpr std::size_t columns = 100;

std::size_t width(const std::string& line) {
  return static_cast<std::size_t>(std::ranges::count_if(
      line, [](char c) { return (static_cast<unsigned char>(c) & 0xc0) != 0x80; }));
}

/// A diff's lines are the boot file's own, and as long as they are.
bool is_of_a_diff(const std::string& line) {
  return line.starts_with('+') || line.starts_with('-') || line.starts_with("@@") ||
         line.starts_with(" \t") || line == " " || line.starts_with("  append");
}

void expect_narrow(const std::string& text, const std::string& what) {
  EXPECT_TRUE(text.ends_with('\n')) << what;
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    if (!is_of_a_diff(line)) {
      EXPECT_LE(width(line), columns) << what << ": " << line;
    }
    EXPECT_FALSE(line.ends_with(' ') && !is_of_a_diff(line)) << what << ": '" << line << "'";
    for (const char c : line)
      EXPECT_TRUE(c == '\t' || static_cast<unsigned char>(c) >= ' ') << what << ": " << line;
  }
}

std::string table_of(const Snapshot& host, std::string_view function, Given given = {}) {
  return find_command(function).table(asked(host, function, std::move(given)));
}

std::string change_of(const Snapshot& host, const Decision& decision) {
  return find_command("hide").table(report_change(decision, {false, true, {}, {}}, host));
}

/// A host whose every name is long, and holds what should reach no terminal.
Snapshot garrulous() {
  auto host = recorded("xcp-ng-8.3");
  const std::string endless(150, 'x'),
      wide = "\xc3\xa4\xc3\xb6\xe6\x97\xa5\x1b[31m\n\xff " + endless;
  host.host.name = host.host.product = wide;
  host.boot.path = "/boot/" + endless + "/grub.cfg";
  for (auto& entry : host.boot.file.entries) entry.title = wide;
  for (auto& function : host.functions) {
    function.vendor = function.device = function.class_name = wide;
    function.driver = endless;
    if (function.address.segment == 0 && function.address.bus == 0)
      function.address.segment = 0xfffffff0;
  }
  std::ranges::sort(host.functions, {}, &Function::address);
  for (auto& interface : host.interfaces) interface.name += endless;
  for (auto& mount : host.mounts)
    if (mount.target != "/") mount.target += "/\x1b[2J" + endless;
  host.backups = std::vector<Backup>{{endless, endless, wide, wide, wide, endless, ""}};
  return host;
}

TEST(Tables, SayThatTheFunctionsAreUnknown) {
  const auto host = with_functions_unread(recorded("xcp-ng-8.3"));
  const auto list = table_of(host, "list"), rules = table_of(host, "rules");
  EXPECT_NE(list.find("unknown which PCI functions it has: cannot read"), std::string::npos)
      << list;
  EXPECT_EQ(list.find("0 functions"), std::string::npos) << list;
  EXPECT_NE(rules.find("Unknown which PCI functions this host has: cannot read"), std::string::npos)
      << rules;
  const auto reply = asked(host, "rules");
  EXPECT_FALSE(reply.contains("devices"));
  for (const auto& entry : reply.at("entries").as_array())
    EXPECT_EQ(entry.as_object().contains("devices"), entry.at("value").is_null());
}

TEST(Tables, OfEveryRecordedHostAreAtMostAHundredColumnsWide) {
  auto names = recorded_hosts();
  ASSERT_GE(names.size(), 5u);
  std::ranges::copy(recorded_hosts("sick/"), std::back_inserter(names));
  for (const auto& name : names)
    for (const char* function : {"list", "verify", "rules", "backups", "version", "help"})
      expect_narrow(table_of(recorded(name), function), name + " " + function);
}

TEST(Tables, OfAHostWhoseNamesNeverEnd) {
  const auto host = garrulous();
  for (const char* function : {"list", "verify", "rules", "backups"})
    expect_narrow(table_of(host, function), function);
}

TEST(Tables, OfHidingEachFunction) {
  for (const auto& name : recorded_hosts())
    for (const auto& function : recorded(name).functions) {
      if (function.address.segment > 0xffff) continue;
      const Given devices = {{"devices", function.address.text()}};
      expect_narrow(table_of(recorded(name), "verify", devices), name + " verify");
      expect_narrow(change_of(recorded(name), decided(recorded(name), "hide", devices)),
                    name + " hide " + function.address.text());
    }
}

TEST(Tables, OfWhatCannotBeTold) {
  auto host = recorded("xcp-ng-8.3");
  host.boot.running.reset();
  host.boot.file = {};
  host.boot.unreadable = std::string(300, '/');
  host.mounts.clear();
  for (auto& function : host.functions) {
    Function bare;
    bare.address = function.address;
    function = bare;
  }
  for (const char* function : {"list", "verify", "rules"})
    expect_narrow(table_of(host, function), function);
  for (const char* function : {"list", "verify", "rules"})
    expect_narrow(table_of({}, function), function);
}

TEST(Tables, EveryFunctionStandsInTheList) {
  for (const auto& name : recorded_hosts()) {
    const auto text = table_of(recorded(name), "list");
    for (const auto& function : recorded(name).functions)
      EXPECT_NE(text.find("\n" + function.address.text() + " "), std::string::npos)
          << name << ' ' << function.address.text();
  }
}

TEST(Tables, TheListSaysWhatDom0NeedsAndWhatIsHidden) {
  const auto text = table_of(recorded("xcp-ng-8.3"), "list");
  const auto line = [&](std::string_view address) {
    const auto begin = text.find("\n" + std::string(address)) + 1;
    return text.substr(begin, text.find('\n', begin) - begin);
  };
  EXPECT_NE(line("0000:88:00.0").find("NEEDED"), std::string::npos) << line("0000:88:00.0");
  EXPECT_NE(line("0000:5e:00.1").find("NEEDED"), std::string::npos) << line("0000:5e:00.1");
  EXPECT_NE(line("0000:3b:00.0").find(" hidden "), std::string::npos) << line("0000:3b:00.0");
  EXPECT_NE(line("0000:18:00.0").find("sdc"), std::string::npos) << line("0000:18:00.0");
  EXPECT_EQ(line("0000:18:00.0").find("NEEDED"), std::string::npos) << line("0000:18:00.0");
}

TEST(Tables, TheListDoesNotTakeARuleForAFact) {
  auto host = recorded("xcp-ng-8.3");
  function_of(host, "3b:00.0").driver = "nouveau";
  function_of(host, "18:00.0").driver = "pciback";
  const auto text = table_of(host, "list");
  const auto line_has = [&](const std::string& address, std::string_view word) {
    const auto begin = text.find("\n" + address);
    return text.substr(begin, text.find('\n', begin + 1) - begin).find(word) != std::string::npos;
  };
  EXPECT_TRUE(line_has("0000:3b:00.0", " not held ")) << text;
  EXPECT_TRUE(line_has("0000:18:00.0", " back at boot ")) << text;
  EXPECT_NE(text.find(", 3 hidden, 2 waiting"), std::string::npos) << text;
}

TEST(Tables, VerifyBeginsWithTheVerdict) {
  EXPECT_TRUE(table_of(with_pool(recorded("xcp-ng-8.3")), "verify").starts_with("SAFE: 7 info\n"));
  EXPECT_TRUE(
      table_of(recorded("xcp-ng-8.3"), "verify").starts_with("UNKNOWN: 4 info, 1 unknown\n"));
  EXPECT_TRUE(table_of(recorded("xcp-ng-8.3"), "verify", {{"devices", "88:00.0"}})
                  .starts_with("UNSAFE: 2 blocks, "));
}

TEST(Tables, WhatCannotBeToldOfNoDeviceSaysWhy) {
  auto host = recorded("xcp-ng-8.3");
  host.unreadable["xapi"] = "nobody listens";
  const std::string why =
      "       Unknown what VMs want: cannot read the VMs from xapi (nobody listens). "
      "(/var/lib/xcp/xapi)\n";
  for (const Given& given : {Given{}, Given{{"devices", "18:00.0"}}}) {
    const auto text = table_of(host, "verify", given);
    EXPECT_NE(
        text.find(given.empty() ? "error? vms-unknown\n" + why : "warn?  vms-unknown\n" + why),
        std::string::npos)
        << text;
  }
}

TEST(Tables, ARefusalIsPlain) {
  const auto& host = recorded("xcp-ng-8.3");
  const auto text = change_of(host, decided(host, "hide", {{"devices", "88:00.0"}}));
  EXPECT_TRUE(text.starts_with("This would be refused:")) << text;
  EXPECT_NE(text.find("boot-controller-hidden"), std::string::npos);
  EXPECT_EQ(text.find("This would be done"), std::string::npos);
}

TEST(Layout, CutsCharactersNotBytes) {
  EXPECT_EQ(table({{"A", 5}}, {{"\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9"}, {"abcdef"}}),
            "A\n\xc3\xa4\xc3\xb6\xc3\xbc\xc3\x9f\xc3\xa9\nabc..\n");
}

TEST(Layout, WrapsAtBlanksAndInsideEndlessWords) {
  EXPECT_EQ(wrapped("", "  "), "");
  EXPECT_EQ(wrapped("a b", "  "), "  a b\n");
  EXPECT_EQ(wrapped(std::string(60, 'a') + " " + std::string(60, 'b'), ""),
            std::string(60, 'a') + "\n" + std::string(60, 'b') + "\n");
  EXPECT_EQ(wrapped(std::string(100, 'a') + " b", ""), std::string(100, 'a') + "\nb\n");
  EXPECT_EQ(wrapped(std::string(150, 'a'), " "),
            " " + std::string(99, 'a') + "\n " + std::string(51, 'a') + "\n");
}

}  // namespace
}  // namespace pci_passthrough
