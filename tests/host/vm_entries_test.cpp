#include "plugin/host/vm_entries.hpp"

#include <gtest/gtest.h>

#include <boost/json/parse.hpp>
#include <boost/json/serialize.hpp>

#include "tests/host/unix_server.hpp"

namespace pci_passthrough {
namespace {

namespace json = boost::json;
using namespace std::chrono_literals;

/// A xapi with one VM, whose other_config it keeps; `before_removal` happens to it once.
struct OneVm {
  json::object config;
  std::function<void(json::object&)> before_removal = [](auto&) {};
  UnixServer server{[this](int fd, const std::string& request) {
    const auto call = json::parse(request.substr(request.find("\r\n\r\n") + 4)).as_object();
    const auto& words = call.at("params").as_array();
    const auto& method = call.at("method").as_string();
    json::value result = "";
    if (method == "VM.get_other_config") result = config;
    if (method == "VM.add_to_other_config") config[words[2].as_string()] = words[3];
    if (method == "VM.remove_from_other_config") {
      std::exchange(before_removal, [](auto&) {})(config);
      config.erase(words[2].as_string());
    }
    const json::object reply = {{"result", result}, {"error", nullptr}, {"id", 1}};
    send_text(fd, http_reply(json::serialize(reply)));
  }};

  std::optional<Failure> set(std::optional<std::string> before, std::optional<std::string> after,
                             RemovalLimit limit) const {
    return set_vm_entry(Host(server.directory().path()), with_session,
                        {.vm = "OpaqueRef:1",
                         .vm_name = "nas",
                         .before = std::move(before),
                         .after = std::move(after)},
                        limit);
  }
};

TEST(VmEntries, AreSetWithinTheLimitOfARemoval) {
  for (const RemovalLimit limit : {RemovalLimit(1h), RemovalLimit()}) {
    OneVm xapi{{{"pci", "0/0000:06:00.0"}, {"mac_seed", "1"}}};
    EXPECT_FALSE(xapi.set("0/0000:06:00.0", "0/0000:07:00.0", limit));
    EXPECT_EQ(xapi.config, (json::object{{"mac_seed", "1"}, {"pci", "0/0000:07:00.0"}}));
    EXPECT_FALSE(xapi.set("0/0000:07:00.0", {}, limit));
    EXPECT_EQ(xapi.config, (json::object{{"mac_seed", "1"}}));
  }
}

/// Another host may have written the entry that was removed: it reads back after as long.
TEST(VmEntries, ARemovalBeyondTheLimitIsTakenBackAndSaid) {
  for (const auto& after : {std::optional<std::string>("0/0000:07:00.0"), {}}) {
    OneVm xapi{{{"pci", "0/0000:06:00.0"}}};
    xapi.before_removal = [](json::object& config) { config["pci"] = "0/0000:08:00.0"; };
    const auto failure = xapi.set("0/0000:06:00.0", after, RemovalLimit(-1ms));
    ASSERT_TRUE(failure);
    EXPECT_EQ(failure->code, code::busy);
    EXPECT_NE(failure->sentence.find("so long to remove the old entry of the VM 'nas'"),
              std::string::npos);
    EXPECT_EQ(failure->details, std::vector<std::string>{"the old entry stands: '0/0000:06:00.0'"});
    EXPECT_EQ(xapi.config, (json::object{{"pci", "0/0000:06:00.0"}}));
  }
}

TEST(VmEntries, NoLimitIsOfAnEntryThatReplacesNone) {
  OneVm xapi;
  EXPECT_FALSE(xapi.set({}, "0/0000:07:00.0", RemovalLimit(-1ms)));
  EXPECT_EQ(xapi.config, (json::object{{"pci", "0/0000:07:00.0"}}));
}

}  // namespace
}  // namespace pci_passthrough
