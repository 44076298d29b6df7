#include "plugin/host/identities.hpp"

#include <fmt/format.h>

#include "plugin/host/state_directory.hpp"
#include "tests/host/temporary_directory.hpp"

namespace pci_passthrough {
namespace {

constexpr char place[] = "var/lib/pci-passthrough/devices.json";

std::vector<Identity> some() {
  return {{*PciAddress::parse("01:00.0"),
           "8086:1533 15d9:1533 0200",
           "1c.0/00.0",
           "I210",
           {"mac ac:1f:6b:8d:03:5e", "serial ac-1f-6b-ff-ff-8d-03-5e"},
           "0000 2/5",
           {{"0000 1/5 00.0/00.0"}}},
          {*PciAddress::parse("10000:01:00.0"), "a:b c:d 0108", "00.0", "\xff \"odd\" name", {}}};
}

TEST(Identities, AreReadAsTheyWereWritten) {
  TemporaryDirectory directory;
  const Host host(directory.path());
  EXPECT_TRUE(read_identities(host).absent());
  EXPECT_EQ(write_identities(open_state_directory(host).get(), some()), 0);
  const auto read = read_identities(host);
  ASSERT_TRUE(read) << read.reason();
  EXPECT_EQ(read.value.all[0], some()[0]);
  EXPECT_EQ(read.value.all[1].address, some()[1].address);
  EXPECT_EQ(write_identities(open_state_directory(host).get(), {}), 0);
  EXPECT_TRUE(read_identities(host).value.all.empty());
}

/// As 0.1.0 wrote them, and as a later version may.
TEST(Identities, OlderAndNewerOnesAreRead) {
  const struct {
    const char* more;
    const char* root;
    std::optional<std::vector<std::string>> same_model_siblings;
  } cases[] = {{"", "", {}},
               {R"(,"root":"0000 1/1","twins":[])", "0000 1/1", std::vector<std::string>()},
               {R"(,"color":{"of":"the slot"})", "", {}}};
  for (const auto& [more, root, same_model_siblings] : cases) {
    TemporaryDirectory directory;
    directory.write(place, std::string(R"({"schema":1,"devices":[{"address":"0000:01:00.0",)"
                                       R"("kind":"k","place":"00.0","name":"n","marks":[])") +
                               more + "}]}");
    const auto read = read_identities(Host(directory.path()));
    ASSERT_TRUE(read) << more;
    EXPECT_EQ(read.value.all.at(0).root, root);
    EXPECT_EQ(read.value.all.at(0).same_model_siblings, same_model_siblings);
  }
}

TEST(Identities, DamagedOnesAreNone) {
  for (const char* text :
       {"", "{", "[]", "{\"devices\":{}}", "{\"devices\":[{}]}",
        "{\"devices\":[{\"address\":\"x\",\"kind\":\"\",\"place\":\"\",\"name\":\"\",\"marks\":[]}]"
        "}",
        "{\"devices\":[{\"address\":\"01:00.0\",\"kind\":1,\"place\":\"\",\"name\":\"\","
        "\"marks\":[]}]}",
        "{\"devices\":[{\"address\":\"01:00.0\",\"kind\":\"\",\"place\":\"\",\"name\":\"\","
        "\"marks\":[],\"twins\":1}]}"}) {
    TemporaryDirectory directory;
    directory.write(place, text);
    const auto read = read_identities(Host(directory.path()));
    EXPECT_FALSE(read) << text;
    EXPECT_FALSE(read.absent()) << text;
    EXPECT_TRUE(read.value.all.empty()) << text;
  }
}

/// Of more than can be named, those that are named: all of the file is looked at, and none of it
/// held.
class ManyIdentities : public testing::Test {
 protected:
  void SetUp() override {
    std::string text = R"({"others":[{"marks":1}],"devices":[)";
    for (std::uint32_t i = 0; i < count; ++i)
      text += fmt::format(
          R"({}{{"address":"{}","kind":"k","place":"p","name":"n","marks":["serial {}"]}})",
          i > 0 ? "," : "", address(i).text(), i);
    directory.write(place, text + R"(],"schema":1})");
  }
  static PciAddress address(std::uint32_t number) {
    return {number >> 16, static_cast<std::uint8_t>(number >> 8),
            static_cast<std::uint8_t>(number >> 3 & 31), static_cast<std::uint8_t>(number & 7)};
  }

  static constexpr std::uint32_t count = 60000;
  TemporaryDirectory directory;
  const Host host{directory.path()};
};

TEST_F(ManyIdentities, AreReadAsFarAsTheyAreAskedFor) {
  const auto last = address(count - 1);
  const auto read = read_identities(host, [&](const auto& one) { return one == last; });
  ASSERT_TRUE(read) << read.reason();
  EXPECT_TRUE(read.value.are_selected);
  ASSERT_EQ(read.value.all.size(), 1u);
  EXPECT_EQ(read.value.all[0].address, last);
  EXPECT_EQ(read.value.all[0].stable_ids, std::set{"serial " + std::to_string(count - 1)});
}

TEST_F(ManyIdentities, WithTooManyAskedForAreNone) {
  for (const bool is_asked : {false, true}) {
    const auto all = [](const auto&) { return true; };
    const auto read = is_asked ? read_identities(host, all) : read_identities(host);
    EXPECT_EQ(read.error, E2BIG);
    EXPECT_NE(reason_of(read).find("more than 4096 devices"), std::string::npos);
  }
}

TEST_F(ManyIdentities, AreDamagedAsAWhole) {
  directory.write(place, directory.read(place) + "x");
  EXPECT_EQ(read_identities(host, [](const auto&) { return false; }).error, EBADMSG);
}

TEST(Identities, AFileLargerThanAnyIsNone) {
  TemporaryDirectory directory;
  directory.write(place, "");
  std::filesystem::resize_file(directory / place, max_identities_file + 1);
  const auto read = read_identities(Host(directory.path()));
  EXPECT_EQ(read.error, EFBIG);
  EXPECT_NE(reason_of(read).find("64 MiB"), std::string::npos);
}

TEST(Identities, AHalfWrittenOneIsTakenAway) {
  TemporaryDirectory directory;
  const Host host(directory.path());
  EXPECT_EQ(write_identities(open_state_directory(host).get(), some()), 0);
  directory.write(std::string(place) + ".pci-passthrough.tmp", "half");
  remove_leftover_identities(host);
  EXPECT_EQ(host.list("/var/lib/pci-passthrough").value, std::vector<std::string>{"devices.json"});
}

}  // namespace
}  // namespace pci_passthrough
