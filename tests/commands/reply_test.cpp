#include <gtest/gtest.h>

#include <boost/json/object.hpp>
#include <set>

#include "plugin/commands/command.hpp"
#include "plugin/model/failure.hpp"
#include "plugin/model/text.hpp"
#include "tests/commands/asked.hpp"
#include "tests/support/pool.hpp"

namespace pci_passthrough {
namespace {

using boost::json::array;
using boost::json::object;
using Names = std::set<std::string, std::less<>>;

Names names(const object& object) {
  Names names;
  for (const auto& member : object) names.emplace(member.key());
  return names;
}

const object& device_at(const object& reply, std::string_view address) {
  for (const auto& device : reply.at("devices").as_array())
    if (device.at("address").as_string() == address) return device.as_object();
  throw std::runtime_error("no " + std::string(address));
}

std::string text(const object& object, std::string_view name) {
  return std::string(object.at(name).as_string());
}

/// Every member that the design names, where it is known.
constexpr const char* device_members[] = {
    "address",  "parent",   "vendor_id",  "device_id", "subsystem_vendor_id",
    "class_id", "prog_if",  "vendor",     "device",    "subsystem_device_id",
    "class",    "driver",   "assignable", "used_by",   "dom0_access",
    "findings", "numa_node"};

TEST(List, HasTheMembersThatClientsRelyOn) {
  const auto reply = asked(recorded("xcp-ng-8.2-bios"), "list");
  EXPECT_EQ(reply.at("schema"), 1);
  const auto& host = reply.at("host").as_object();
  EXPECT_EQ(text(host, "uuid"), "91c6f3d8-e07b-4a25-8c1f-4db2a95e7063");
  EXPECT_EQ(text(host, "name"), "dl380p");
  EXPECT_EQ(text(host, "product"), "XCP-ng");
  EXPECT_EQ(text(host, "version"), "8.2.1");
  EXPECT_EQ(text(host, "boot_loader"), "grub");
  const auto& hba = device_at(reply, "0000:04:00.0");
  for (const char* member : device_members) EXPECT_TRUE(hba.contains(member)) << member;
  EXPECT_EQ(text(hba, "parent"), "0000:00:03.0");
  EXPECT_EQ(text(hba, "vendor_id"), "1077");
  EXPECT_EQ(text(hba, "class_id"), "0c04");
  EXPECT_EQ(text(hba, "driver"), "qla2xxx");
  EXPECT_EQ(text(hba, "dom0_access"), "enabled");
  EXPECT_FALSE(hba.at("assignable").as_bool());
  for (const auto& use : hba.at("used_by").as_array())
    EXPECT_EQ(names(use.as_object()), (Names{"kind", "name", "critical"}));
}

TEST(List, NullIsNoneAndAbsentIsUnknown) {
  auto host = recorded("xcp-ng-8.3");
  EXPECT_TRUE(device_at(asked(host, "list"), "0000:00:17.0").at("parent").is_null());
  EXPECT_TRUE(device_at(asked(host, "list"), "0000:8a:10.0").at("driver").is_null());

  auto& function = function_of(host, "18:00.0");
  Function bare;
  bare.address = function.address;
  function = bare;
  host.boot.running.reset();
  host.host = {};
  host.iommu = {};
  const auto reply = asked(host, "list");
  EXPECT_EQ(names(device_at(reply, "0000:18:00.0")),
            (Names{"address", "parent", "path", "isolation_group", "used_by", "findings"}))
      << "alone in its slot on a root bus";
  for (const char* member : {"uuid", "name", "product", "version", "iommu"})
    EXPECT_FALSE(reply.at("host").as_object().contains(member)) << member;
}

TEST(List, WhatTheHardwareCanDo) {
  const auto reply = asked(recorded("xcp-ng-8.3"), "list");
  const auto& nvme = device_at(reply, "0000:5f:00.0");
  EXPECT_EQ(text(nvme, "isolation_group"), "0000:5f:00.0");
  EXPECT_EQ(nvme.at("reset"), (array{"flr", "bus"}));
  EXPECT_FALSE(nvme.contains("reset_hits"));
  const auto& capabilities = nvme.at("capabilities").as_object();
  EXPECT_EQ(capabilities.at("pcie"), (object{{"type", "endpoint"}, {"flr", true}}));
  EXPECT_EQ(capabilities.at("msix"), (object{{"vectors", 129}, {"enabled", true}}));
  EXPECT_TRUE(capabilities.at("msi").is_null() && capabilities.at("acs").is_null());
  EXPECT_EQ(text(capabilities, "serial"), "55-cd-2e-41-4f-6b-18-02");

  const auto& display = device_at(reply, "0000:3b:00.0");
  EXPECT_EQ(display.at("reset"), array{});
  EXPECT_EQ(display.at("reset_hits"), array{"0000:3b:00.1"});
  EXPECT_EQ(text(device_at(reply, "0000:3b:00.1"), "isolation_group"), "0000:3b:00.0");

  const auto& port = device_at(reply, "0000:87:08.0").at("capabilities").as_object();
  EXPECT_TRUE(port.at("pcie").as_object().at("slot").as_bool());
  EXPECT_EQ(port.at("acs").as_object().at("does"), (array{"SV", "RR", "CR", "UF"}));
}

TEST(List, WhatTheHardwareCanDoIsAbsentWhereItIsCutOff) {
  auto host = recorded("xcp-ng-8.2-bios");
  for (auto& function : host.functions) function.can_reset.reset();
  const auto reply = asked(host, "list");
  const auto& device = device_at(reply, "0000:04:00.1");
  for (const char* member : {"isolation_group", "reset", "reset_hits"})
    EXPECT_FALSE(device.contains(member)) << member;
  EXPECT_EQ(device.at("capabilities"), object{});
}

TEST(List, FindingsAndStatesOfEachDevice) {
  const auto reply = asked(recorded("xcp-ng-8.3"), "list");
  EXPECT_EQ(text(device_at(reply, "0000:3b:00.0"), "dom0_access"), "disabled");
  EXPECT_TRUE(device_at(reply, "0000:3b:00.0").at("assignable").as_bool());
  EXPECT_EQ(device_at(reply, "0000:01:00.0").at("findings"),
            (array{"seen-by-dom0", "pending-reboot"}));
  EXPECT_EQ(device_at(reply, "0000:88:00.0").at("findings"), array{});
}

TEST(List, OnlyTheDevicesAskedFor) {
  const auto reply =
      asked(recorded("xcp-ng-8.3"), "list", {{"devices", " 3b:00.0 , 0000:18:00.0"}});
  EXPECT_EQ(reply.at("devices").as_array().size(), 2u);
  EXPECT_EQ(refused(recorded("xcp-ng-8.3"), "list", {{"devices", "99:00.0"}}),
            "PCI_PASSTHROUGH_UNKNOWN_DEVICE: this host has no PCI device 0000:99:00.0; "
            "list shows those that it has");
}

TEST(Verify, HasTheMembersThatClientsRelyOn) {
  const auto reply = asked(recorded("xcp-ng-8.3"), "verify", {{"devices", "88:00.0"}});
  EXPECT_EQ(names(reply), (Names{"schema", "verdict", "findings"}));
  EXPECT_EQ(text(reply, "verdict"), "unsafe");
  const auto& first = reply.at("findings").as_array().at(0).as_object();
  EXPECT_EQ(names(first),
            (Names{"code", "severity", "state", "device", "vm", "message", "evidence", "remedy"}));
  EXPECT_EQ(text(first, "code"), "boot-controller-hidden");
  EXPECT_EQ(text(first, "severity"), "block");
  EXPECT_EQ(text(first, "state"), "found");
  EXPECT_EQ(text(first, "device"), "0000:88:00.0");
  EXPECT_TRUE(first.at("vm").is_null());
}

TEST(Verify, TheHostOrDevicesAboutToBeHidden) {
  const auto& host = recorded("xcp-ng-8.3");
  EXPECT_EQ(text(asked(host, "verify"), "verdict"), "unknown") << "what VMs want";
  EXPECT_EQ(text(asked(with_pool(host), "verify"), "verdict"), "safe");
  EXPECT_EQ(text(asked(host, "verify", {{"devices", "18:00.0"}}), "verdict"), "safe");
  EXPECT_EQ(text(asked(host, "verify", {{"devices", "5e:00.0"}}), "verdict"), "unsafe");
  auto unknown = host;
  unknown.mounts.clear();
  EXPECT_EQ(text(asked(unknown, "verify", {{"devices", "18:00.0"}}), "verdict"), "unknown");
  EXPECT_NE(refused(host, "verify", {{"devices", " , "}}).find("devices is empty"),
            std::string::npos);
}

TEST(Rules, HasTheMembersThatClientsRelyOn) {
  const auto reply = asked(recorded("xcp-ng-8.3"), "rules");
  EXPECT_EQ(text(reply, "parameter"), "xen-pciback.hide");
  EXPECT_EQ(text(reply, "file"), "/boot/efi/EFI/xenserver/grub.cfg");
  const auto& entries = reply.at("entries").as_array();
  ASSERT_EQ(entries.size(), 5u);
  const auto& first = entries[0].as_object();
  for (const char* member : {"title", "default", "edited_by_us", "value", "devices"})
    EXPECT_TRUE(first.contains(member)) << member;
  EXPECT_EQ(text(first, "value"), "(0000:3b:00.0)(0000:3b:00.1)(0000:01:00.0)");
  EXPECT_EQ(first.at("devices"), (array{"0000:01:00.0", "0000:3b:00.0", "0000:3b:00.1"}));
  EXPECT_TRUE(entries[2].as_object().at("value").is_null());
  EXPECT_EQ(text(reply.at("running").as_object(), "value"),
            "(0000:3b:00.0)(0000:3b:00.1)(0000:8b:00.0)");
  EXPECT_EQ(text(device_at(reply, "0000:8b:00.0"), "dom0_access"), "enable_on_reboot");
  EXPECT_EQ(text(device_at(reply, "0000:8b:00.0"), "driver"), "pciback");
}

TEST(Rules, AbsentWhatIsNotKnown) {
  auto host = recorded("xcp-ng-8.3");
  host.boot.running.reset();
  host.boot.file = {};
  host.boot.unreadable = "/boot/efi/EFI/xenserver/grub.cfg: Input/output error";
  const auto reply = asked(host, "rules");
  EXPECT_FALSE(reply.contains("running"));
  EXPECT_FALSE(reply.contains("entries"));
  for (const auto& device : reply.at("devices").as_array())
    EXPECT_FALSE(device.as_object().contains("dom0_access"));
}

TEST(Rules, TheOldKernelsParameter) {
  EXPECT_EQ(text(asked(recorded("xenserver-6.2"), "rules"), "parameter"), "pciback.hide");
}

TEST(Backups, TheirFieldsAndTheDamagedOnes) {
  auto host = recorded("xcp-ng-8.3");
  EXPECT_EQ(asked(host, "backups").at("backups"), array{});
  host.backups = std::vector<Backup>{
      {"ID", "2026-11-24T05:59:59Z", "hide", "root at a shell", "/boot/x", "ab", "text"}};
  host.unreadable = {{"backup OTHER", "it is damaged"}};
  const auto reply = asked(host, "backups");
  const auto& backup = reply.at("backups").as_array().at(0).as_object();
  EXPECT_EQ(names(backup), (Names{"id", "time", "function", "caller", "path", "sha256", "size",
                                  "kind", "change"}));
  EXPECT_EQ(text(backup, "kind"), "boot file");
  EXPECT_EQ(reply.at("unreadable"), (array{"backup OTHER: it is damaged"}));
}

TEST(Backups, AVmsEntryIsShownBesideThem) {
  Snapshot host;
  host.backups = std::vector<Backup>{
      {.id = "ID",
       .function = "assign",
       .content = "0/0000:06:00.0",
       .kind = BackupKind::vm_entry,
       .vm = "uuid-nas",
       .vm_name = "nas"},
      {.id = "NONE", .kind = BackupKind::vm_entry, .is_absent = true, .vm = "uuid-b"}};
  const auto reply = asked(host, "backups");
  const auto& all = reply.at("backups").as_array();
  EXPECT_EQ(text(all.at(0).as_object(), "kind"), "VM entry");
  EXPECT_EQ(text(all.at(0).as_object(), "vm"), "uuid-nas");
  EXPECT_EQ(text(all.at(0).as_object(), "value"), "0/0000:06:00.0");
  EXPECT_TRUE(all.at(1).at("value").is_null());
  const auto table = find_command("backups").table(reply);
  EXPECT_NE(table.find("VM nas"), std::string::npos) << table;
  EXPECT_NE(table.find("VM uuid-b"), std::string::npos) << table;
}

TEST(Help, NamesEveryFunctionAndItsArguments) {
  const auto reply = asked({}, "help");
  ASSERT_EQ(reply.at("functions").as_array().size(), commands().size());
  const auto one = asked({}, "help", {{"function", "hide"}});
  const auto& hide = one.at("functions").as_array().at(0).as_object();
  EXPECT_EQ(text(hide, "name"), "hide");
  Names arguments;
  for (const auto& argument : hide.at("arguments").as_array())
    arguments.insert(text(argument.as_object(), "name"));
  EXPECT_EQ(arguments, (Names{"devices", "replace", "now", "trial", "xen-arguments", "dry-run",
                              "accept", "entries"}));
  EXPECT_EQ(refused({}, "help", {{"function", "hid"}}), "UNKNOWN_XENAPI_PLUGIN_FUNCTION: hid");
}

object changed(const Snapshot& host, const char* function, Given arguments, bool dry_run = true) {
  const auto decision = decided(host, function, arguments);
  return report_change(decision, {!dry_run, dry_run, {}, {}, {}}, host);
}

TEST(Change, HasTheMembersThatClientsRelyOn) {
  const auto& host = recorded("xcp-ng-8.3");
  const auto reply = changed(host, "hide", {{"devices", "18:00.0"}});
  for (const char* member : {"schema", "changed", "dry_run", "refused", "reboot_required", "plan",
                             "backup", "findings", "rules"})
    EXPECT_TRUE(reply.contains(member)) << member;
  EXPECT_FALSE(reply.at("refused").as_bool());
  EXPECT_TRUE(reply.at("reboot_required").as_bool());
  EXPECT_TRUE(reply.at("backup").is_null());
  const auto& step = reply.at("plan").as_array().at(0).as_object();
  EXPECT_EQ(names(step), (Names{"action", "path", "diff"}));
  EXPECT_NE(text(step, "diff").find("(0000:18:00.0)"), std::string::npos);
  EXPECT_EQ(names(reply.at("rules").as_object()),
            (Names{"parameter", "file", "entries", "running", "devices"}));
}

TEST(Change, WhatAnEarlierChangeWaitsForIsNotItsOwn) {
  const auto host = hiding(recorded("xcp-ng-8.3"), "(0000:18:00.0)");
  struct Case {
    const char* function;
    Given arguments;
    bool is_earlier;
  };
  for (const auto& [function, arguments, is_earlier] :
       {Case{"rescue", {}, true}, Case{"hide", {{"devices", "18:00.0"}}, true},
        Case{"hide", {{"devices", "3b:00.0"}}, false}}) {
    const auto reply = changed(host, function, arguments);
    EXPECT_TRUE(reply.at("reboot_required").as_bool()) << function;
    EXPECT_EQ(reply.contains("reboot_was_required"), is_earlier) << function;
    const auto said = is_earlier ? "An earlier change takes effect" : "It would take effect";
    EXPECT_NE(reports::change_table(reply).find(said), std::string::npos) << function;
  }
}

TEST(Change, ARefusalIsToldWithTheSentence) {
  const auto reply = changed(recorded("xcp-ng-8.3"), "hide", {{"devices", "88:00.0"}});
  EXPECT_TRUE(reply.at("refused").as_bool());
  EXPECT_EQ(text(reply.at("findings").as_array().at(0).as_object(), "code"),
            "boot-controller-hidden");
}

TEST(Change, NothingToDoNeedsNoReboot) {
  const auto reply = changed(recorded("xcp-ng-8.2-bios"), "unhide", {{"devices", "04:00.0"}});
  EXPECT_EQ(reply.at("plan"), array{});
  EXPECT_FALSE(reply.at("reboot_required").as_bool());
  EXPECT_TRUE(changed(recorded("xcp-ng-8.2-bios"), "hide", {{"devices", "04:00.0"}})
                  .at("reboot_required")
                  .as_bool());
}

TEST(Change, BadArgumentsAreTold) {
  const auto& host = recorded("xcp-ng-8.3");
  const auto hide = [&](Given arguments) { return refused(host, "hide", std::move(arguments)); };
  const struct {
    Given arguments;
    const char* words;
  } cases[] = {
      {{}, "hide needs the argument devices, for instance devices=06:00.0"},
      {{{"devices", ""}}, "devices is empty"},
      {{{"devices", "6:0.0"}}, "invalid device '6:0.0'; expected an address (06:00.0"},
      {{{"device", "06:00.0"}},
       "unknown argument 'device'; hide takes devices, replace, now, trial, xen-arguments, "
       "dry-run, "
       "accept"},
      {{{"devices", "18:00.0"}, {"devices", "18:00.0"}}, "'devices' is given twice"},
      {{{"devices", "18:00.0"}, {"dry-run", "yes"}},
       "invalid dry-run value 'yes'; expected true or false"},
      {{{"devices", "18:00.0"}, {"entries", "safe"}}, "invalid entries value 'safe'; expected all"},
      {{{"devices", "18:00.0"}, {"format", "xml"}},
       "invalid format value 'xml'; expected json or text"},
      {{{"devices", "18:00.0"}, {"accept", "18:00.0"}},
       "invalid accept value '18:00.0'; expected CHECK@ADDRESS"},
      {{{"devices", "18:00.0"}, {"accept", "mgmt-nic@18:00.0"}}, "mgmt-nic-hidden"},
      {{{"devices", "18:00.0"}, {"accept", "mgmt-nic-hidden@18"}}, "invalid PCI address '18'"},
  };
  for (const auto& [arguments, words] : cases) {
    const auto sentence = hide(arguments);
    EXPECT_TRUE(sentence.starts_with("PCI_PASSTHROUGH_INVALID_ARGUMENT: ")) << sentence;
    EXPECT_NE(sentence.find(words), std::string::npos) << sentence << "\nlacks: " << words;
  }
}

}  // namespace
}  // namespace pci_passthrough
